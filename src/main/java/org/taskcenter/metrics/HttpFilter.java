package org.taskcenter.metrics;

import jakarta.inject.Inject;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
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
        ((HttpServletResponse) response).setHeader(RequestId.HEADER, RequestId.of((HttpServletRequest) request));
        Served served = new Served(
                metrics.http(), (HttpServletRequest) request, (HttpServletResponse) response, System.nanoTime());
        boolean async = false;
        try {
            chain.doFilter(request, response);
            async = request.isAsyncStarted();
            if (async) {
                request.getAsyncContext().addListener(served);
            }
        } finally {
            if (!async) {
                served.count();
            }
        }
    }

    private record Served(HttpMetrics metrics, HttpServletRequest request, HttpServletResponse response, long begun)
            implements AsyncListener {
        void count() {
            metrics.served(
                    RouteNotes.routeOf(request), request.getMethod(), response.getStatus(), System.nanoTime() - begun);
        }

        @Override
        public void onComplete(AsyncEvent event) {
            count();
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
