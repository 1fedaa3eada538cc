package org.taskcenter.api.manager;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;
import java.util.function.Supplier;
import org.taskcenter.api.BodyRoom;

/** Takes messages in, no more at a time than there is memory for. */
final class Intake {
    private final BodyRoom room;

    Intake(BodyRoom room) {
        this.room = room;
    }

    /**
     * Reads a message and has it handled.
     *
     * @param length how long it is; negative where it has no body, or one that will not come
     * @throws org.taskcenter.api.Refused where the body will not come
     */
    Reply take(InputStream in, long length, Function<byte[], Reply> handling) {
        if (length > Messages.LONGEST) {
            return Messages.tooLong();
        }
        // One byte is looked for where there should be none: that tells why a body does not come.
        int expected = Math.max(1, (int) length);
        return take(expected, () -> {
            try {
                return handling.apply(in.readNBytes(expected));
            } catch (IOException e) {
                return Messages.unreadable(400, "the message broke off");
            }
        });
    }

    /** Has a message handled that is here already. */
    Reply take(int length, Supplier<Reply> handling) {
        if (!room.enter(length)) {
            return Messages.busy();
        }
        try {
            return handling.get();
        } finally {
            room.leave(length);
        }
    }
}
