package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeKeysTest {
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;
    private NodeKeys keys;

    @BeforeEach
    void open() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getRawPath();
            byte[] body = switch (path) {
                case "/keys/fe80%3A%3A1%25eth0" -> "the key\n".getBytes();
                case "/keys/long" -> new byte[(1 << 16) + 1];
                case "/keys/slow" -> new byte[100];
                default -> new byte[0];
            };
            exchange.sendResponseHeaders(path.endsWith("unknown") ? 404 : 200, body.length == 0 ? -1 : body.length);
            if (path.endsWith("slow")) {
                try {
                    exchange.getResponseBody().write(1);
                    exchange.getResponseBody().flush();
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            } else {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
        keys = new NodeKeys(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys/"), Duration.ofSeconds(1));
    }

    @AfterEach
    void close() {
        over.countDown();
        server.stop(0);
    }

    @Test
    void theNodesNameIsAppended() throws Exception {
        assertThat(keys.get("fe80::1%eth0")).isEqualTo("the key\n");
    }

    @Test
    void whatIsNoKeyIsRefused() {
        refuses("unknown", "the answer is 404");
        refuses("empty", "the answer is empty");
        refuses("long", "the answer is longer than 65536 bytes");
        refuses("slow", "no answer within 1 s");
        over.countDown();
        server.stop(0);
        refuses("any", "");
    }

    private void refuses(String node, String reason) {
        assertThatIOException()
                .isThrownBy(() -> keys.get(node))
                .withMessageStartingWith("no SSH key for " + node + " from 127.0.0.1: " + reason);
    }
}
