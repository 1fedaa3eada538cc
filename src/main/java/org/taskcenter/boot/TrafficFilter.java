package org.taskcenter.boot;

import jakarta.inject.Inject;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/** Counts requests, so that a stop can wait for their answers. The server refuses new ones by then. */
public class TrafficFilter implements Filter {
    @Inject
    Traffic traffic;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        traffic.enter();
        boolean async = false;
        try {
            chain.doFilter(request, response);
            async = request.isAsyncStarted();
            if (async) {
                request.getAsyncContext().addListener(new Leaving(traffic));
            }
        } finally {
            if (!async) {
                traffic.leave();
            }
        }
    }

    private record Leaving(Traffic traffic) implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            traffic.leave();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // It is completed after this.
        }

        @Override
        public void onError(AsyncEvent event) {
            // It is completed after this.
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
