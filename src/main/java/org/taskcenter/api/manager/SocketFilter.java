package org.taskcenter.api.manager;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import org.taskcenter.account.Access;
import org.taskcenter.account.ClientAddress;
import org.taskcenter.account.Denied;
import org.taskcenter.account.Scope;

/** Lets nobody open a WebSocket without a token, and tells the WebSocket whose it is. */
public class SocketFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            String name = Access.of(request).caller(Scope.MANAGER).name();
            Ticket ticket = new Ticket(name, request.getHeader("Authorization"), ClientAddress.of(request));
            chain.doFilter(new WithTicket(request, ticket), response);
        } catch (Denied denied) {
            Reply reply = Messages.unreadable(denied.status(), denied.getMessage());
            response.setStatus(reply.status());
            if (reply.status() == HttpServletResponse.SC_UNAUTHORIZED) {
                response.setHeader("WWW-Authenticate", "Bearer");
            }
            response.setContentType("application/json");
            response.setContentLength(reply.body().length);
            response.getOutputStream().write(reply.body());
        }
    }

    private static final class WithTicket extends HttpServletRequestWrapper {
        private final Ticket ticket;

        WithTicket(HttpServletRequest request, Ticket ticket) {
            super(request);
            this.ticket = ticket;
        }

        @Override
        public Principal getUserPrincipal() {
            return ticket;
        }
    }
}
