package org.taskcenter.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;

/**
 * One kept connection that takes HTTP requests as ready bytes. Does as little as possible, since who makes the load
 * shares the processors with what is measured.
 */
final class Wire implements Closeable {

    private final Socket socket;
    private final InputStream in;
    private byte[] buffer = new byte[16 * 1024];
    private int end;
    private int bodyStart;
    private int bodyEnd;
    private int status;

    Wire(URI server) throws IOException {
        socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    /** A request with a body, ready for {@link #send}. */
    static byte[] request(String method, URI uri, String token, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        String authorization = token == null ? "" : "Authorization: Bearer " + token + "\r\n";
        String head = method + " " + uri.getRawPath() + " HTTP/1.1\r\nHost: " + uri.getAuthority() + "\r\n"
                + authorization
                + "Content-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        byte[] request = Arrays.copyOf(head.getBytes(ISO_8859_1), head.length() + bytes.length);
        System.arraycopy(bytes, 0, request, head.length(), bytes.length);
        return request;
    }

    /** Sends it, reads the whole answer and returns its status. */
    int send(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        end = 0;
        int headEnd = readUntilBlankLine();
        String head = new String(buffer, 0, headEnd, ISO_8859_1).toLowerCase(Locale.ROOT);
        status = Integer.parseInt(head.substring(9, 12));
        bodyStart = headEnd;
        int length = head.indexOf("\r\ncontent-length:");
        if (length >= 0) {
            int lineEnd = head.indexOf('\r', length + 2);
            bodyEnd = headEnd
                    + Integer.parseInt(head.substring(length + 17, lineEnd).strip());
            while (end < bodyEnd) {
                readMore();
            }
        } else {
            readChunks(headEnd);
        }
        return status;
    }

    /** The body of the answer that was read last. */
    String body() {
        return new String(buffer, bodyStart, bodyEnd - bodyStart, UTF_8);
    }

    /** How often this occurs in the body of the answer that was read last. */
    int occurrences(byte[] wanted) {
        int count = 0;
        for (int at = bodyStart; at <= bodyEnd - wanted.length; at++) {
            if (buffer[at] == wanted[0] && Arrays.equals(buffer, at, at + wanted.length, wanted, 0, wanted.length)) {
                count++;
            }
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private int readUntilBlankLine() throws IOException {
        int at = 3;
        while (true) {
            for (; at < end; at++) {
                if (buffer[at] == '\n' && buffer[at - 1] == '\r' && buffer[at - 2] == '\n') {
                    return at + 1;
                }
            }
            readMore();
        }
    }

    /** Moves the chunks together, so that the body lies in one piece. */
    private void readChunks(int from) throws IOException {
        bodyEnd = from;
        int at = from;
        while (true) {
            int line = at;
            while (line + 1 >= end || buffer[line] != '\r') {
                if (line + 1 >= end) {
                    readMore();
                } else {
                    line++;
                }
            }
            int size = Integer.parseInt(new String(buffer, at, line - at, ISO_8859_1).split(";")[0].strip(), 16);
            at = line + 2;
            while (end < at + size + 2) {
                readMore();
            }
            if (size == 0) {
                return;
            }
            System.arraycopy(buffer, at, buffer, bodyEnd, size);
            bodyEnd += size;
            at += size + 2;
        }
    }

    private void readMore() throws IOException {
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, end * 2);
        }
        int count = in.read(buffer, end, buffer.length - end);
        if (count < 0) {
            throw new EOFException("the server closed the connection in the middle of an answer");
        }
        end += count;
    }
}
