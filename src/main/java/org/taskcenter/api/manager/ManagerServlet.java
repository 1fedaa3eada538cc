package org.taskcenter.api.manager;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.taskcenter.account.Access;
import org.taskcenter.account.Caller;
import org.taskcenter.account.Denied;
import org.taskcenter.account.Scope;
import org.taskcenter.api.BodyRoom;
import org.taskcenter.api.Refused;

/**
 * The door for messages that come as HTTP requests. Whatever the content type says, they are JSON.
 *
 * <p>A servlet, where other APIs have JAX-RS resources: there is one route and nothing to choose, and tasks that come one by
 * one come by the thousand a second, of which routing took half the time (docs/performance.md).
 */
@WebServlet(
        urlPatterns = {"/manager", "/manager/"},
        asyncSupported = true)
public class ManagerServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final String RETRY_AFTER_SECONDS = "5";

    @Inject
    private transient Messages messages;

    @Inject
    private transient BodyRoom room;

    /** Handles one message. */
    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Reply reply = reply(request);
        try {
            write(reply, response);
        } finally {
            reply.over().run();
        }
    }

    private static void write(Reply reply, HttpServletResponse response) throws IOException {
        response.setStatus(reply.status());
        if (reply.status() == HttpServletResponse.SC_UNAUTHORIZED) {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        if (reply.status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE || reply.status() == TOO_MANY_REQUESTS) {
            response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        response.setContentType("application/json");
        response.setContentLength(reply.body().length);
        response.getOutputStream().write(reply.body());
    }

    private Reply reply(HttpServletRequest request) throws IOException {
        try {
            Caller caller = Access.of(request).caller(Scope.MANAGER);
            return new Intake(room)
                    .take(
                            request.getInputStream(),
                            request.getContentLengthLong(),
                            message -> messages.handle(caller, message));
        } catch (Denied denied) {
            return Messages.unreadable(denied.status(), denied.getMessage());
        } catch (Refused refused) {
            return Messages.unreadable(refused.status(), refused.getMessage());
        }
    }
}
