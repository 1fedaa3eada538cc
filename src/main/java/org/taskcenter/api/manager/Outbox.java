package org.taskcenter.api.manager;

import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** What is to be written to one WebSocket: one message after the other, nobody waits for it. */
final class Outbox {
    private final Session session;
    private final Runnable broken;
    private final Queue<Item> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicLong queued = new AtomicLong();
    private volatile Item underWay;
    private volatile boolean closed;

    private static final class Item {
        final boolean ping;
        final byte[] message;
        final Consumer<Boolean> done;
        volatile long begun;

        Item(boolean ping, byte[] message, Consumer<Boolean> done) {
            this.ping = ping;
            this.message = message;
            this.done = done;
        }
    }

    /** @param broken run once where a message cannot be written: nothing more is, then */
    Outbox(Session session, Runnable broken) {
        this.session = session;
        this.broken = broken;
    }

    /** @param done told whether it was written, once */
    void add(byte[] message, Consumer<Boolean> done) {
        queued.addAndGet(message.length);
        queue.add(new Item(false, message, done));
        pump();
    }

    /** Sends a ping behind what waits. */
    void ping(byte[] content) {
        queued.addAndGet(content.length);
        queue.add(new Item(true, content, written -> {}));
        pump();
    }

    /** How many bytes wait to be written. */
    long queued() {
        return queued.get();
    }

    /** Whether the other side has not taken a message for so long. */
    boolean isStuck(Duration patience) {
        Item item = underWay;
        return item != null && System.nanoTime() - item.begun > patience.toNanos();
    }

    /** Nothing more is written; what waits is not. */
    void close() {
        closed = true;
        pump();
    }

    /** One thread at a time writes; what comes meanwhile makes it go round once more. */
    private void pump() {
        if (turns.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            if (closed) {
                refuseAll();
            } else if (underWay == null) {
                writeNext();
            }
            seen = turns.addAndGet(-seen);
        } while (seen != 0);
    }

    private void writeNext() {
        Item item = queue.poll();
        if (item == null) {
            return;
        }
        item.begun = System.nanoTime();
        underWay = item;
        try {
            if (item.ping) {
                session.getAsyncRemote().sendPing(ByteBuffer.wrap(item.message));
                written(item, true);
            } else {
                String text = new String(item.message, StandardCharsets.UTF_8);
                session.getAsyncRemote().sendText(text, result -> written(item, result.isOK()));
            }
        } catch (IOException | RuntimeException e) {
            written(item, false);
        }
    }

    private void written(Item item, boolean isWritten) {
        queued.addAndGet(-item.message.length);
        underWay = null;
        item.done.accept(isWritten);
        if (!isWritten && !closed) {
            closed = true;
            broken.run();
        }
        pump();
    }

    private void refuseAll() {
        for (Item item = queue.poll(); item != null; item = queue.poll()) {
            queued.addAndGet(-item.message.length);
            item.done.accept(false);
        }
    }
}
