package org.taskcenter.metrics;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/** The end of the answer to a request: that of an asynchronous one comes after its filters. */
public final class AnswerEnd implements AsyncListener {
    private final Runnable then;

    private AnswerEnd(Runnable then) {
        this.then = then;
    }

    /** As {@link FilterChain#doFilter}, and does this once when the answer has ended, also where that fails. */
    public static void follow(ServletRequest request, ServletResponse response, FilterChain chain, Runnable then)
            throws IOException, ServletException {
        boolean async = false;
        try {
            chain.doFilter(request, response);
            async = request.isAsyncStarted();
            if (async) {
                request.getAsyncContext().addListener(new AnswerEnd(then));
            }
        } finally {
            if (!async) {
                then.run();
            }
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        then.run();
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
