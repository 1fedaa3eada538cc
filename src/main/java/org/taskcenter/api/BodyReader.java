package org.taskcenter.api;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** Reads bodies whole, from senders that are quick enough. */
final class BodyReader {
    /** However little comes, this long it is waited for. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What a sender has to bring on average after that. */
    static final int BYTES_A_SECOND = 16 * 1024;

    private static final int FIRST = 16 * 1024;

    private final LongSupplier nanoTime;

    BodyReader(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The memory that a body takes. */
    @FunctionalInterface
    interface Room {
        /** Whether there is memory for so many bytes in all. */
        boolean grow(int length);
    }

    /**
     * Reads to the end.
     *
     * @param expected how many bytes were announced, or negative
     * @param most how many it may be
     * @param room is asked before a part of the body is read into memory
     * @return the bytes; or a refusal: 413, 408 where the sender is too slow, 400 where it broke off, 503 where there is no room
     */
    ArrivedBody read(InputStream in, int expected, int most, Room room) {
        if (expected > FIRST && !room.grow(expected)) {
            return ArrivedBody.refused(noRoom());
        }
        long begun = nanoTime.getAsLong();
        int longest = expected >= 0 ? Math.max(1, expected) : most + 1;
        byte[] bytes = new byte[Math.min(longest, FIRST)];
        int length = 0;
        try {
            while (expected < 0 || length < expected) {
                if (length == bytes.length) {
                    int larger = expected >= 0 ? expected : length >= most / 2 ? longest : length * 2;
                    // While it is copied it is there twice.
                    if (expected < 0 && !room.grow(larger + length)) {
                        return ArrivedBody.refused(noRoom());
                    }
                    bytes = Arrays.copyOf(bytes, larger);
                }
                int read = in.read(bytes, length, bytes.length - length);
                if (read < 0) {
                    break;
                }
                length += read;
                if (length > most) {
                    return ArrivedBody.refused(tooLong(most));
                }
                if (isTooSlow(length, nanoTime.getAsLong() - begun)) {
                    return ArrivedBody.refused(new Refused(408, "The body comes too slowly: send it again, faster"));
                }
            }
        } catch (IOException e) {
            return ArrivedBody.refused(broken());
        }
        return length < expected ? ArrivedBody.refused(broken()) : ArrivedBody.whole(bytes, length);
    }

    private static Refused noRoom() {
        return new Refused(503, "The centre is taking in too many long bodies: send it again later");
    }

    static Refused tooLong(int most) {
        return new Refused(413, "The body is larger than " + most + " bytes");
    }

    private static Refused broken() {
        return new Refused(400, "The body broke off");
    }

    private static boolean isTooSlow(int length, long nanos) {
        double seconds = (nanos - PATIENCE.toNanos()) / 1e9;
        return seconds > (double) length / BYTES_A_SECOND;
    }
}
