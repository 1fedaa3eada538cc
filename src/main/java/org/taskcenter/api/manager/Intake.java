package org.taskcenter.api.manager;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Takes messages in, no more at a time than there is memory for. */
final class Intake {
    /** Of a message that does not tell its length, this much is read before there must be room for a long one. */
    private static final int FIRST_PART = 64 * 1024;

    /** While it is handled, a message takes some six times its length. */
    private static final int SHARE_OF_MEMORY = 16;

    private static final int UNIT = 1024;

    private final Semaphore room;
    private final Duration patience;

    /**
     * @param memory how many bytes of memory the program has
     * @param patience how long a message waits for room
     */
    Intake(long memory, Duration patience) {
        this.patience = patience;
        long bytes = Math.max(memory / SHARE_OF_MEMORY, Messages.LONGEST + FIRST_PART);
        room = new Semaphore((int) Math.min(bytes / UNIT, Integer.MAX_VALUE), true);
    }

    /**
     * Reads a message and has it handled.
     *
     * @param length what the sender says it is, or negative
     */
    Reply take(InputStream in, long length, Function<byte[], Reply> handling) {
        if (length > Messages.LONGEST) {
            return Messages.tooLong();
        }
        int first = length < 0 ? FIRST_PART : (int) length;
        if (!acquire(first)) {
            return Messages.busy();
        }
        try {
            byte[] message = in.readNBytes(first);
            boolean mayGoOn = length < 0 && message.length == first;
            return mayGoOn ? takeLong(message, in, handling) : handling.apply(message);
        } catch (IOException e) {
            return Messages.unreadable(400, "the message broke off");
        } finally {
            release(first);
        }
    }

    private Reply takeLong(byte[] start, InputStream in, Function<byte[], Reply> handling) throws IOException {
        int most = Messages.LONGEST - start.length;
        if (!acquire(most)) {
            return Messages.busy();
        }
        try {
            byte[] rest = in.readNBytes(most + 1);
            if (rest.length > most) {
                return Messages.tooLong();
            }
            byte[] message = Arrays.copyOf(start, start.length + rest.length);
            System.arraycopy(rest, 0, message, start.length, rest.length);
            return handling.apply(message);
        } finally {
            release(most);
        }
    }

    private boolean acquire(int bytes) {
        try {
            return room.tryAcquire(units(bytes), patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void release(int bytes) {
        room.release(units(bytes));
    }

    private static int units(int bytes) {
        return bytes / UNIT + 1;
    }
}
