package org.taskcenter.bench;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.reactor.IOReactorConfig;

/** What the HTTP client of the centre reaches alone: the same calls, with nothing kept. */
final class HttpFloor implements AutoCloseable {

    private static final int IN_FLIGHT = 64;

    private final URI target;
    private final CloseableHttpAsyncClient client = HttpAsyncClients.custom()
            .setIOReactorConfig(IOReactorConfig.custom()
                    .setIoThreadCount(2)
                    .setTcpNoDelay(true)
                    .build())
            .setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
                    .setMaxConnTotal(IN_FLIGHT)
                    .setMaxConnPerRoute(IN_FLIGHT)
                    .build())
            .disableCookieManagement()
            .disableAuthCaching()
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .build();

    HttpFloor(URI target) {
        this.target = target;
        client.start();
    }

    /** Calls a second. */
    double measure(int calls) throws InterruptedException, ExecutionException {
        Round round = new Round(calls);
        long start = System.nanoTime();
        for (int i = 0; i < Math.min(IN_FLIGHT, calls); i++) {
            round.next();
        }
        round.done.await();
        double seconds = (System.nanoTime() - start) / 1e9;
        round.failure.getNow(null); // throws where a call failed
        return calls / seconds;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    private final class Round implements FutureCallback<SimpleHttpResponse> {

        private final AtomicInteger toSend;
        private final CountDownLatch done;
        private final CompletableFuture<Void> failure = new CompletableFuture<>();

        private Round(int calls) {
            toSend = new AtomicInteger(calls);
            done = new CountDownLatch(calls);
        }

        private void next() {
            if (toSend.getAndDecrement() > 0) {
                SimpleHttpRequest request = SimpleRequestBuilder.post(target)
                        .setBody(Messages.BODY, ContentType.APPLICATION_XML)
                        .build();
                client.execute(request, this);
            }
        }

        @Override
        public void completed(SimpleHttpResponse response) {
            if (response.getCode() != 200 || response.getBodyText().length() != Messages.BODY.length()) {
                failure.completeExceptionally(new IllegalStateException("the stub answered " + response));
            }
            done.countDown();
            next();
        }

        @Override
        public void failed(Exception e) {
            failure.completeExceptionally(e);
            done.countDown();
            next();
        }

        @Override
        public void cancelled() {
            failed(new IllegalStateException("cancelled"));
        }
    }
}
