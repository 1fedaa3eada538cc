package org.taskcenter.account;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Finds out who makes a request. It refuses none and writes no answer: each API has a shape of its own for that, see
 * {@link Access}. A request that has not come this way has no access.
 *
 * <p>A filter, not a mechanism of Jakarta Security: what the container looks up for one took a quarter of the time of a small
 * request (docs/performance.md), and roles of the container would say less than bindings and scopes do.
 */
public class AuthenticationFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Inject
    private transient Identities identities;

    @Inject
    private transient ClientAddresses addresses;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        ClientAddress from = addresses.of(request);
        from.keepIn(request);
        identities.access(request.getHeader("Authorization"), from).keepIn(request);
        chain.doFilter(request, response);
    }
}
