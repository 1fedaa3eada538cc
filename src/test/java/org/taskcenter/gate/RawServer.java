package org.taskcenter.gate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on 127.0.0.1 that sends precisely the bytes it is told, one thread a connection. */
final class RawServer implements AutoCloseable {
    /** What is done on a connection; when it returns, the connection is closed. */
    interface Script {
        void play(Peer peer) throws IOException, InterruptedException;
    }

    /** An answer that says ok. */
    static final String OK = ok("ok");

    private final ServerSocket server;
    private final Script script;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

    RawServer(Script script) {
        this(script, socketServer());
    }

    RawServer(Script script, ServerSocket server) {
        this.script = script;
        this.server = server;
        start(this::accept);
    }

    /** Answers each request with this and goes on. */
    static RawServer answering(String answer) {
        return new RawServer(peer -> {
            while (peer.readRequest() != null) {
                peer.send(answer);
            }
        });
    }

    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    int port() {
        return server.getLocalPort();
    }

    /** How many connections there have been. */
    int connections() {
        return connections.get();
    }

    /** How many connections are open. */
    int open() {
        return open.get();
    }

    /** All requests, heads and bodies, a character for a byte. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                open.incrementAndGet();
                Peer peer = new Peer(socket, connections.incrementAndGet());
                start(() -> play(peer));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void play(Peer peer) {
        try (peer.socket) {
            script.play(peer);
        } catch (IOException | InterruptedException e) {
            // the other side has gone, or the test is over
        } finally {
            open.decrementAndGet();
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    private static ServerSocket socketServer() {
        try {
            return new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server's end of a connection. */
    final class Peer {
        private final Socket socket;
        private final int number;

        private Peer(Socket socket, int number) {
            this.socket = socket;
            this.number = number;
        }

        /** 1 for the first connection there was. */
        int number() {
            return number;
        }

        Socket socket() {
            return socket;
        }

        /** The next request, or null where the client has closed. */
        String readRequest() throws IOException {
            String head = readHead();
            if (head == null) {
                return null;
            }
            int length = 0;
            for (String line : head.split("\r\n")) {
                if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            String request = head + latin1(socket.getInputStream().readNBytes(length));
            requests.add(request);
            return request;
        }

        /** The head of a request, with the empty line. */
        String readHead() throws IOException {
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) {
                    return null;
                }
                head.write(b);
            }
            return head.toString(StandardCharsets.ISO_8859_1);
        }

        /** Sends one byte a character. */
        void send(String latin1) throws IOException {
            send(latin1.getBytes(StandardCharsets.ISO_8859_1));
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        /** Sends this again and again, until the client closes. */
        void sendForEver(String latin1) throws IOException {
            byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
            while (true) {
                send(bytes);
            }
        }

        /** Waits until the client closes or resets. */
        void awaitEnd() throws IOException {
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                // not of interest
            }
        }

        /** Closes with RST. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        private static String latin1(byte[] bytes) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
