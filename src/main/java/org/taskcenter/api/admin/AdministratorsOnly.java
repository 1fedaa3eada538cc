package org.taskcenter.api.admin;

import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import org.taskcenter.account.Access;
import org.taskcenter.account.Actor;
import org.taskcenter.account.Caller;
import org.taskcenter.account.ClientAddress;
import org.taskcenter.account.Denied;
import org.taskcenter.account.Role;
import org.taskcenter.account.Scope;
import org.taskcenter.api.Answers;
import org.taskcenter.metrics.RequestId;

/** Lets nobody but administrators get to what is {@link Administrative}. */
@Provider
@Administrative
@Priority(Priorities.AUTHORIZATION)
public class AdministratorsOnly implements ContainerRequestFilter {
    private static final String ACTOR = Actor.class.getName();

    @Context
    HttpServletRequest request;

    @Override
    public void filter(ContainerRequestContext context) {
        try {
            Caller caller = Access.of(request).caller(Scope.ADMIN, Role.ADMIN);
            request.setAttribute(
                    ACTOR, new Actor(caller, ClientAddress.of(request).text(), RequestId.of(request)));
        } catch (Denied denied) {
            context.abortWith(Answers.error(denied.status(), denied.getMessage()));
        }
    }

    /** Who makes a request that has come through here. */
    static Actor actor(HttpServletRequest request) {
        if (request.getAttribute(ACTOR) instanceof Actor actor) {
            return actor;
        }
        throw new IllegalStateException("a route of administrators that nobody guards");
    }
}
