package org.taskcenter.metrics;

import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Takes the time of every request, and tells its id in the answer. */
public class HttpFilter implements Filter {
    @Inject
    Metrics metrics;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest asked = (HttpServletRequest) request;
        HttpServletResponse answered = (HttpServletResponse) response;
        answered.setHeader(RequestId.HEADER, RequestId.of(asked));
        HttpMetrics http = metrics.http();
        long begun = System.nanoTime();
        AnswerEnd.follow(
                request,
                response,
                chain,
                () -> http.served(
                        RouteNotes.routeOf(asked), asked.getMethod(), answered.getStatus(), System.nanoTime() - begun));
    }
}
