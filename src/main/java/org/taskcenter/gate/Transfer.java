package org.taskcenter.gate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.impl.BasicEntityDetails;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.AsyncClientExchangeHandler;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.RequestChannel;
import org.apache.hc.core5.http.protocol.HttpContext;

/** One request and its answer on one connection. Called by the connection's I/O thread. */
final class Transfer implements AsyncClientExchangeHandler {
    private static final byte[] NOTHING = {};
    private static final int FIRST_BUFFER = 8 * 1024;
    private static final List<String> ANTICIPATE_BODY = List.of("POST", "PUT", "PATCH");

    private final Flight flight;
    private final Request request;
    private final Target target;
    private final Connection connection;
    private final ByteBuffer toSend;
    private boolean requestComplete;
    private volatile boolean answerBegun;

    private int status;
    private List<Header> headers = List.of();
    private byte[] body = NOTHING;
    private int received;
    private boolean roomAsked;

    Transfer(Flight flight, Request request, Target target, Connection connection) {
        this.flight = flight;
        this.request = request;
        this.target = target;
        this.connection = connection;
        this.toSend = ByteBuffer.wrap(request.body() == null ? NOTHING : request.body());
    }

    Connection connection() {
        return connection;
    }

    /** Whether a head of the answer has come. */
    boolean answerBegun() {
        return answerBegun;
    }

    @Override
    public void produceRequest(RequestChannel channel, HttpContext context)
            throws IOException, org.apache.hc.core5.http.HttpException {
        if (!flight.mayBeSent(this)) {
            throw new ConnectionClosedException();
        }
        requestComplete = !toSend.hasRemaining();
        EntityDetails details = requestComplete ? null : new BasicEntityDetails(toSend.remaining(), null);
        channel.sendRequest(head(), details, context);
    }

    private BasicHttpRequest head() {
        BasicHttpRequest head = new BasicHttpRequest(request.method(), null, null, target.path());
        head.addHeader("Host", target.authority());
        boolean named = false;
        for (Header header : request.headers()) {
            head.addHeader(header.name(), header.value());
            named |= header.name().equalsIgnoreCase("User-Agent");
        }
        if (!named) {
            head.addHeader("User-Agent", "TaskCenter");
        }
        if (request.body() != null || ANTICIPATE_BODY.contains(request.method())) {
            head.addHeader("Content-Length", Integer.toString(toSend.remaining()));
        }
        return head;
    }

    @Override
    public int available() {
        return toSend.remaining();
    }

    @Override
    public void produce(DataStreamChannel channel) throws IOException {
        if (toSend.hasRemaining()) {
            channel.write(toSend);
        }
        if (!toSend.hasRemaining() && !requestComplete) {
            requestComplete = true;
            channel.endStream();
        }
    }

    @Override
    public void consumeInformation(HttpResponse response, HttpContext context) {
        answerBegun = true;
    }

    @Override
    public void consumeResponse(HttpResponse response, EntityDetails details, HttpContext context) {
        answerBegun = true;
        status = response.getCode();
        headers = headers(response);
        if (details == null) {
            complete();
        } else if (details.getContentLength() > 0) {
            long expected = Math.min(details.getContentLength(), Math.min(request.maxBody(), FIRST_BUFFER));
            body = new byte[(int) expected];
        }
    }

    private static List<Header> headers(HttpResponse response) {
        List<Header> all = new ArrayList<>();
        for (Iterator<org.apache.hc.core5.http.Header> i = response.headerIterator(); i.hasNext(); ) {
            org.apache.hc.core5.http.Header header = i.next();
            all.add(new Header(header.getName(), header.getValue() == null ? "" : header.getValue()));
        }
        return all;
    }

    @Override
    public void updateCapacity(CapacityChannel channel) {
        if (!roomAsked) {
            roomAsked = true;
            flight.takeRoom(this, request.maxBody() - received, () -> readOn(channel));
        }
    }

    private static void readOn(CapacityChannel channel) {
        try {
            channel.update(Integer.MAX_VALUE);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void consume(ByteBuffer source) {
        int more = Math.min(source.remaining(), request.maxBody() - received);
        if (received + more > body.length) {
            int larger = Math.max(received + more, Math.max(FIRST_BUFFER, body.length * 2));
            body = Arrays.copyOf(body, Math.min(larger, request.maxBody()));
        }
        source.get(body, received, more);
        received += more;
        if (source.hasRemaining()) {
            flight.answered(this, status, headers, whole(), true, false);
            source.position(source.limit());
        }
    }

    @Override
    public void streamEnd(List<? extends org.apache.hc.core5.http.Header> trailers) {
        complete();
    }

    private void complete() {
        boolean reusable = requestComplete && !connection.wire().hasStrayBytes() && connection.isOpen();
        flight.answered(this, status, headers, whole(), false, reusable);
    }

    private byte[] whole() {
        return received == body.length ? body : Arrays.copyOf(body, received);
    }

    @Override
    public void failed(Exception cause) {
        flight.failed(this, cause);
    }

    @Override
    public void cancel() {
        flight.failed(this, new ConnectionClosedException());
    }

    @Override
    public void releaseResources() {
        flight.failed(this, new ConnectionClosedException());
    }
}
