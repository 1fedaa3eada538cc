package org.taskcenter.api;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/**
 * Lets a request be served when its body is here. Whoever sends slowly holds a connection and memory for what has come so
 * far, and none of the threads that serve requests; what is longer than it may be is not taken into memory.
 *
 * <p>Nearly every body comes together with its headers: those requests go straight through. Bodies of senders that nobody
 * knows are not waited for: their requests are refused whatever they say.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class WholeBodies implements Filter {
    private static final Set<String> MESSAGES = Set.of("/manager", "/manager/");
    private static final int SHARE_OF_MEMORY = 8;

    private final Room room = new Room(Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY);

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        filter((HttpServletRequest) request, (HttpServletResponse) response, chain);
    }

    private void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        long length = request.getContentLengthLong();
        boolean isOfUnknownLength = length < 0 && request.getHeader("Transfer-Encoding") != null;
        if (request.getUserPrincipal() == null || length <= 0 && !isOfUnknownLength) {
            chain.doFilter(request, response);
            return;
        }
        int most = MESSAGES.contains(request.getServletPath()) ? BodyLimits.MESSAGE : BodyLimits.OTHER;
        if (length > most) {
            response.setHeader("Connection", "close");
            chain.doFilter(new ArrivedRequest(request, ArrivedBody.refused(Arrival.tooLong(most))), response);
            return;
        }
        ServletInputStream in = request.getInputStream();
        if (!isOfUnknownLength && in.available() >= length) {
            chain.doFilter(request, response);
            return;
        }
        new Arrival(room, in, (int) length, most).of(request, response);
    }
}
