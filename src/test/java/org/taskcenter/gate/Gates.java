package org.taskcenter.gate;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.taskcenter.config.Cidr;

/** For tests: gates, requests, and waiting for results. */
final class Gates {
    static final AddressRules LOOPBACK = allowing("127.0.0.0/8, ::1");

    private Gates() {}

    static Gate open() {
        return open(Limits.DEFAULT);
    }

    static Gate open(Limits limits) {
        return new Gate(LOOPBACK, limits, daemons());
    }

    static ThreadFactory daemons() {
        return runnable -> {
            Thread thread = new Thread(runnable);
            thread.setDaemon(true);
            return thread;
        };
    }

    static Limits perHost(int connections) {
        return limits(connections, 2048, Limits.DEFAULT.connect());
    }

    static Limits limits(int perHost, int total, Duration connect) {
        Limits normal = Limits.DEFAULT;
        return new Limits(
                perHost, total, normal.ioThreads(), normal.lookups(), connect, normal.idle(), normal.largeBodies());
    }

    static Request get(URI uri) {
        return request("GET", uri, null);
    }

    static Request post(URI uri) {
        return request("POST", uri, "body");
    }

    static Request post(URI uri, Request.Repeat repeat) {
        return new Request("POST", uri, List.of(), new byte[0], Duration.ofSeconds(20), Request.MAX_BODY, repeat);
    }

    static Request request(String method, URI uri, String body) {
        return request(method, uri, body, Duration.ofSeconds(20));
    }

    static Request request(String method, URI uri, String body, Duration timeout) {
        byte[] bytes = body == null ? null : body.getBytes(StandardCharsets.UTF_8);
        return new Request(method, uri, List.of(), bytes, timeout, Request.MAX_BODY);
    }

    /** Sends and waits. */
    static Result call(Gate gate, Request request) {
        return await(start(gate, request).result());
    }

    /** Sends, and expects an answer. */
    static Answer answer(Gate gate, Request request) {
        Result result = call(gate, request);
        if (result instanceof Answer answer) {
            return answer;
        }
        throw new AssertionError("no answer: " + result);
    }

    /** Sends, and expects a failure. */
    static Failure failure(Gate gate, Request request) {
        return asFailure(call(gate, request));
    }

    static Failure asFailure(Result result) {
        if (result instanceof Failure failure) {
            return failure;
        }
        throw new AssertionError("an answer: " + result);
    }

    record Started(Exchange exchange, CompletableFuture<Result> result) {}

    static Started start(Gate gate, Request request) {
        CompletableFuture<Result> result = new CompletableFuture<>();
        Exchange exchange = gate.send(request, done -> {
            if (!result.complete(done)) {
                throw new AssertionError("told twice");
            }
        });
        return new Started(exchange, result);
    }

    static Result await(CompletableFuture<Result> result) {
        try {
            return result.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no result", e);
        }
    }

    /** Rules that allow these blocks, separated by commas. */
    static AddressRules allowing(String cidrs) {
        return new AddressRules(Arrays.stream(cidrs.split("[, ]+"))
                .filter(cidr -> !cidr.isEmpty())
                .map(Cidr::parse)
                .toList());
    }
}
