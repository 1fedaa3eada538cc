package org.taskcenter.account;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.taskcenter.account.Denied.Reason;

/**
 * What a request's token says of who makes it. Every request has one; the resources decide what it takes to be served, and
 * how a refusal looks.
 */
public final class Access {
    static final Access NO_TOKEN =
            new Access(null, Reason.UNAUTHENTICATED, "A token is needed: Authorization: Bearer TOKEN");
    static final Access UNKNOWN = new Access(null, Reason.UNAUTHENTICATED, "Unknown token");
    static final Access EXPIRED = new Access(null, Reason.UNAUTHENTICATED, "This token has expired");
    static final Access DISABLED = new Access(null, Reason.FORBIDDEN, "This account is disabled");
    static final Access UNAVAILABLE = new Access(
            null, Reason.UNAVAILABLE, "The token cannot be checked at the moment; try again in a few seconds");

    static final Access THROTTLED =
            new Access(null, Reason.TOO_MANY, "Too many wrong tokens came from this address; try again in a second");

    private final Identity identity;
    private final Reason refused;
    private final String message;

    private Access(Identity identity, Reason refused, String message) {
        this.identity = identity;
        this.refused = refused;
        this.message = message;
    }

    static Access granted(Identity identity) {
        return new Access(identity, null, "");
    }

    /** That of a request. */
    public static Access of(HttpServletRequest request) {
        return request.getAttribute(Access.class.getName()) instanceof Access access ? access : NO_TOKEN;
    }

    void keepIn(HttpServletRequest request) {
        request.setAttribute(Access.class.getName(), this);
    }

    /** The name of the account that makes the request, whatever it may do; none where nobody known does. */
    public Optional<String> account() {
        return Optional.ofNullable(identity).map(its -> its.caller().name());
    }

    /**
     * Who makes the request.
     *
     * @param scope what the request's token must have been made for
     * @throws Denied where the request must not be served
     */
    public Caller caller(Scope scope) throws Denied {
        if (identity == null) {
            throw new Denied(refused, message);
        }
        if (!identity.scopes().contains(scope)) {
            throw new Denied(Reason.FORBIDDEN, "This token was not made for this: it lacks the scope " + scope.word());
        }
        return identity.caller();
    }

    /**
     * Who makes the request, where a role is needed as well.
     *
     * @throws Denied where the request must not be served
     */
    public Caller caller(Scope scope, Role role) throws Denied {
        Caller caller = caller(scope);
        if (!caller.role().includes(role)) {
            throw new Denied(Reason.FORBIDDEN, "This needs an account of the role " + role.word());
        }
        return caller;
    }
}
