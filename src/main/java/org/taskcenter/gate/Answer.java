package org.taskcenter.gate;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A complete answer, or its beginning where it is longer than what is kept.
 *
 * @param status 200 to 999
 * @param headers as received, in order
 * @param body as received (not decompressed), empty where there is none; shared, do not change it
 * @param truncated whether {@code body} is only the beginning
 * @param room the memory that the gate has set aside for it
 */
public record Answer(int status, List<Header> headers, byte[] body, boolean truncated, Duration took, Room room)
        implements Result {
    /**
     * A part of the memory that there is for long bodies. It is given back when whoever waits for the answer has been told, unless
     * it is kept there for as long as the body is.
     */
    public interface Room {
        /** That of short answers, which need none. */
        Room NONE = new Room() {
            @Override
            public boolean keep(int bytes) {
                return false;
            }

            @Override
            public void giveBack() {
                // there is nothing
            }
        };

        /** Keeps so much of it until {@link #giveBack}; false where there is nothing to be kept. */
        boolean keep(int bytes);

        /** Lets others have it; doing so again does no harm. */
        void giveBack();
    }

    /** A short answer. */
    public Answer(int status, List<Header> headers, byte[] body, boolean truncated, Duration took) {
        this(status, headers, body, truncated, took, Room.NONE);
    }

    /** The first header of that name, whatever its case. */
    public Optional<String> header(String name) {
        for (Header header : headers) {
            if (header.name().equalsIgnoreCase(name)) {
                return Optional.of(header.value());
            }
        }
        return Optional.empty();
    }

    /** The body as text that every database can store; see {@link AnswerText}. */
    public String text() {
        return AnswerText.of(body, header("Content-Type").orElse(null), truncated);
    }
}
