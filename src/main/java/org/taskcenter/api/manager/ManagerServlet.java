package org.taskcenter.api.manager;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
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
    private static final List<String> METHODS = List.of("POST", "OPTIONS");
    private static final int TOO_MANY_REQUESTS = 429;
    private static final String RETRY_AFTER_SECONDS = "5";

    @Inject
    private transient Messages messages;

    @Inject
    private transient BodyRoom room;

    /** Refuses what is no POST as everything else of this API is refused. */
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        if (METHODS.contains(request.getMethod())) {
            super.service(request, response);
        } else {
            response.setHeader("Allow", String.join(", ", METHODS));
            write(Messages.unreadable(HttpServletResponse.SC_METHOD_NOT_ALLOWED, "messages come by POST"), response);
        }
    }

    /** Says which methods there are. */
    @Override
    protected void doOptions(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Allow", String.join(", ", METHODS));
    }

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
            return take(request, message -> messages.handle(caller, message));
        } catch (Denied denied) {
            return denied.reason() == Denied.Reason.FORBIDDEN && isHere(request)
                    ? take(request, message -> messages.denied(denied, message))
                    : Messages.unreadable(denied.status(), denied.getMessage());
        }
    }

    private Reply take(HttpServletRequest request, Function<byte[], Reply> handling) throws IOException {
        try {
            return new Intake(room).take(request.getInputStream(), request.getContentLengthLong(), handling);
        } catch (Refused refused) {
            return Messages.unreadable(refused.status(), refused.getMessage());
        }
    }

    /** Whether the message need not be waited for: that of a disabled account has not been. */
    private static boolean isHere(HttpServletRequest request) throws IOException {
        long length = request.getContentLengthLong();
        return Access.of(request).account().isPresent()
                || length >= 0 && request.getInputStream().available() >= length;
    }
}
