package org.taskcenter.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.Executor;

/** One connection to a {@link StubTarget}: reads a request, sends its answer, reads the next. On the loop's thread only. */
final class Exchange {

    /** Answers requests, and hears of clients that went away before they were answered. */
    interface Handler {
        Answer answer(Received request);

        void abandoned();
    }

    private static final int LARGEST = 64 * 1024 * 1024;
    private static final byte[] LENGTH = "\r\ncontent-length:".getBytes(ISO_8859_1);
    private static final byte[] CHUNKED = "\r\ntransfer-encoding:".getBytes(ISO_8859_1);
    private static final Answer UNREADABLE = Answer.of(
                    400, "The stub cannot read this request (bodies need a" + " Content-Length).")
            .then(Answer.Then.CLOSE);

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Handler handler;
    private final Executor loop;

    private byte[] buffer = new byte[4096];
    private int end;
    private long arrival;

    private Answer answer; // the one being sent
    private boolean withBody;
    private ByteBuffer head;
    private ByteBuffer part;
    private long left;

    Exchange(SocketChannel channel, SelectionKey key, Handler handler, Executor loop) {
        this.channel = channel;
        this.key = key;
        this.handler = handler;
        this.loop = loop;
    }

    /** There is something to read, or room to write. */
    void ready() {
        try {
            if (key.isReadable() && !read()) {
                abandon();
            } else {
                proceed();
            }
        } catch (IOException e) {
            abandon();
        }
    }

    private void released() {
        try {
            proceed();
        } catch (IOException e) {
            abandon();
        }
    }

    private void abandon() {
        if (answer != null) {
            handler.abandoned();
        }
        close();
    }

    private void close() {
        try {
            channel.close();
        } catch (IOException e) {
            return; // it is of no use any longer, whatever it says
        }
    }

    /** False where the client has gone. */
    private boolean read() throws IOException {
        if (end == buffer.length) {
            if (end >= LARGEST) {
                return false;
            }
            buffer = Arrays.copyOf(buffer, end * 2);
        }
        if (end == 0) {
            arrival = System.nanoTime();
        }
        int count = channel.read(ByteBuffer.wrap(buffer, end, buffer.length - end));
        end += Math.max(count, 0);
        return count >= 0;
    }

    private void proceed() throws IOException {
        while (channel.isOpen()) {
            if (answer == null && !accept()) {
                return;
            }
            if (!answer.release().isDone() || !send()) {
                return;
            }
            finish();
        }
    }

    /** Takes the next request from the buffer; false where it is not complete yet. */
    private boolean accept() {
        int body = indexOf("\r\n\r\n".getBytes(ISO_8859_1), end) + 4;
        if (body < 4) {
            return false;
        }
        Received request = null;
        int next = end;
        if (indexOf(CHUNKED, body) < 0) {
            int length = contentLength(body);
            next = body + length;
            if (next > end) {
                return false;
            }
            request = request(body, length);
        }
        System.arraycopy(buffer, next, buffer, 0, end - next);
        end -= next;
        start(request == null ? UNREADABLE : handler.answer(request), request);
        return true;
    }

    private Received request(int body, int length) {
        int line = indexOf(new byte[] {'\r'}, body);
        String[] words = new String(buffer, 0, line, ISO_8859_1).split(" ", 3);
        return words.length < 3
                ? null
                : new Received(
                        words[0],
                        words[1],
                        Arrays.copyOf(buffer, body),
                        Arrays.copyOfRange(buffer, body, body + length),
                        arrival);
    }

    private void start(Answer begun, Received request) {
        answer = begun;
        withBody = request == null || !request.method().equals("HEAD");
        head = ByteBuffer.wrap(begun.head());
        left = withBody ? begun.length() : 0;
        part = nextPart();
        if (!begun.release().isDone()) {
            begun.release().whenComplete((done, failure) -> loop.execute(this::released));
        }
    }

    /** False where the client does not take more just now, or the answer does not go on. */
    private boolean send() throws IOException {
        // One part a turn, so that an endless answer leaves room for others.
        channel.write(new ByteBuffer[] {head, part});
        left -= part.hasRemaining() ? 0 : part.limit();
        if (!head.hasRemaining() && !part.hasRemaining() && left == 0) {
            key.interestOps(SelectionKey.OP_READ);
            return answer.then() != Answer.Then.STALL;
        }
        if (!part.hasRemaining()) {
            part = nextPart();
        }
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        return false;
    }

    private ByteBuffer nextPart() {
        return ByteBuffer.wrap(answer.part(), 0, (int) Math.min(left, answer.part().length));
    }

    private void finish() throws IOException {
        Answer.Then then = answer.then();
        answer = null;
        if (then == Answer.Then.RESET) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        if (then != Answer.Then.KEEP) {
            close();
        }
        arrival = System.nanoTime(); // of a request that was sent ahead
    }

    private int contentLength(int limit) {
        int at = indexOf(LENGTH, limit);
        int length = 0;
        if (at >= 0) {
            for (int i = at + LENGTH.length; buffer[i] != '\r'; i++) {
                if (buffer[i] != ' ') {
                    length = length * 10 + buffer[i] - '0';
                }
            }
        }
        return length;
    }

    /** Where these bytes begin in the buffer before the limit, capital letters taken as small ones; -1 nowhere. */
    private int indexOf(byte[] wanted, int limit) {
        for (int from = 0; from <= limit - wanted.length; from++) {
            int same = 0;
            while (same < wanted.length && small(buffer[from + same]) == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return from;
            }
        }
        return -1;
    }

    private static byte small(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? (byte) (letter + 32) : letter;
    }
}
