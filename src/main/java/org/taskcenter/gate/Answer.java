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
 */
public record Answer(int status, List<Header> headers, byte[] body, boolean truncated, Duration took)
        implements Result {
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
