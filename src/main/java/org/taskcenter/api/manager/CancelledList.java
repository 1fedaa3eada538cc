package org.taskcenter.api.manager;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.taskcenter.call.CancelledCall;

/** What a cancel did, as an answer shows it: to the first ones, as many as there is room for. */
final class CancelledList {
    private static final long STEP = 1 << 20;

    private final long longest;
    private final LongPredicate memory;
    private final List<byte[]> parts = new ArrayList<>();
    private long granted;
    private long length;
    private int size;
    private boolean isFull;

    /**
     * @param longest how many bytes it may have
     * @param granted how many bytes of memory it has to begin with
     * @param memory whether it gets so many more
     */
    CancelledList(long longest, long granted, LongPredicate memory) {
        this.longest = longest;
        this.granted = granted;
        this.memory = memory;
    }

    /** Shows these too, unless some before them are not shown; the first ones always. */
    void add(List<CancelledCall> calls) {
        if (isFull) {
            return;
        }
        byte[] part = Envelope.cancelled(calls);
        if (parts.isEmpty() || fits(part.length)) {
            parts.add(part);
            length += part.length;
            size += calls.size();
        } else {
            isFull = true;
        }
    }

    private boolean fits(int more) {
        if (length + more > longest) {
            return false;
        }
        // The whole of it is put together in the end.
        long missing = 2 * (length + more) - granted;
        if (missing > 0) {
            long step = Math.max(missing, STEP);
            if (!memory.test(step)) {
                return false;
            }
            granted += step;
        }
        return true;
    }

    /** How many it shows. */
    int size() {
        return size;
    }

    /** Writes the items of a JSON array. */
    void writeTo(ByteArrayOutputStream out) {
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            byte[] part = parts.get(i);
            // Without its brackets.
            out.write(part, 1, part.length - 2);
        }
    }

    /** About how many bytes it has. */
    int length() {
        return (int) length;
    }
}
