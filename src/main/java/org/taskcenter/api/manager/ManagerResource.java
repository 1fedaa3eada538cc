package org.taskcenter.api.manager;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Duration;
import org.taskcenter.account.Access;
import org.taskcenter.account.Caller;
import org.taskcenter.account.Denied;
import org.taskcenter.account.Scope;

/** The door for messages that come as HTTP requests. Whatever the content type says, they are JSON. */
@Path("manager")
@ApplicationScoped
public class ManagerResource {
    private static final int RETRY_AFTER_SECONDS = 5;

    @Inject
    Messages messages;

    private final Intake intake = new Intake(Runtime.getRuntime().maxMemory(), Duration.ofSeconds(5));

    /** Handles one message. */
    @POST
    public Response post(@Context HttpServletRequest request) throws IOException {
        Reply reply = reply(request);
        Response.ResponseBuilder response = Response.status(reply.status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(reply.body());
        if (reply.status() == 401) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (reply.status() == 503) {
            response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return response.build();
    }

    private Reply reply(HttpServletRequest request) throws IOException {
        try {
            Caller caller = Access.of(request).caller(Scope.MANAGER);
            return intake.take(
                    request.getInputStream(),
                    request.getContentLengthLong(),
                    message -> messages.handle(caller, message));
        } catch (Denied denied) {
            return Messages.unreadable(denied.status(), denied.getMessage());
        }
    }
}
