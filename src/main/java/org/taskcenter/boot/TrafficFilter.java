package org.taskcenter.boot;

import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import org.taskcenter.metrics.AnswerEnd;

/** Counts requests, so that a stop can wait for their answers. The server refuses new ones by then. */
public class TrafficFilter implements Filter {
    @Inject
    Traffic traffic;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        traffic.enter();
        AnswerEnd.follow(request, response, chain, traffic::leave);
    }
}
