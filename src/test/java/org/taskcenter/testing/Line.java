package org.taskcenter.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A line to a server on this machine that can be frozen (what is sent stays on its way, as when the sender is stopped or the
 * network swallows everything) and cut (connections break, new ones are refused at once).
 */
public final class Line implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;

    private final ServerSocket door;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private boolean frozen;
    private volatile boolean cut;

    /** A line to a port of 127.0.0.1. */
    public Line(int target) {
        this.target = target;
        try {
            this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    /** The port on which it begins. */
    public int port() {
        return door.getLocalPort();
    }

    public synchronized void freeze() {
        frozen = true;
    }

    /** What was on its way arrives. */
    public synchronized void thaw() {
        frozen = false;
        notifyAll();
    }

    public void cut() {
        cut = true;
        sockets.forEach(Line::close);
    }

    public void mend() {
        cut = false;
    }

    @Override
    public void close() {
        cut();
        thaw();
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void awaitThaw() throws InterruptedException {
        while (frozen) {
            wait();
        }
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket near = door.accept();
                sockets.add(near);
                if (cut) {
                    close(near);
                    continue;
                }
                daemon(() -> connect(near));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void connect(Socket near) {
        try {
            awaitThaw();
            Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(far);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            if (cut) {
                close(near);
                close(far);
            }
            daemon(() -> pump(near, far));
            daemon(() -> pump(far, near));
        } catch (IOException | InterruptedException e) {
            close(near);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitThaw();
                out.write(buffer, 0, n);
            }
            awaitThaw();
        } catch (IOException | InterruptedException e) {
            // One end is gone: so is the other.
            close(from);
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void daemon(Runnable run) {
        Thread thread = new Thread(run, "line");
        thread.setDaemon(true);
        thread.start();
    }
}
