package org.taskcenter.api.channel;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.taskcenter.account.Access;
import org.taskcenter.account.ClientAddress;
import org.taskcenter.account.Denied;
import org.taskcenter.account.Scope;

/** Who makes a request: an account, by its token, or somebody at an address that needs none and may use any source. */
final class Sender {
    private final Set<String> sources;

    private Sender(Set<String> sources) {
        this.sources = sources;
    }

    /** @throws Denied where the request must not be served */
    static Sender of(HttpServletRequest request) throws Denied {
        if (request.getHeader("Authorization") == null
                && ClientAddress.of(request).isTrusted()) {
            return new Sender(null);
        }
        return new Sender(Access.of(request).caller(Scope.CHANNEL).sources());
    }

    /** Whether it may use a source. */
    boolean mayUse(String source) {
        return sources == null || sources.contains(source);
    }

    /** @throws Wrong where it may not use a source */
    void checkSource(String source) {
        if (!mayUse(source)) {
            throw new Wrong(403, "this account may not use the source " + source);
        }
    }
}
