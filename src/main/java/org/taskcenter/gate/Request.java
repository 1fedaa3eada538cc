package org.taskcenter.gate;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be sent.
 *
 * @param method any HTTP method but CONNECT, as it is to be sent (upper case as a rule)
 * @param uri where to; checked by {@link Gate#send}, not here
 * @param headers in the order in which they are sent; a User-Agent among them replaces our own
 * @param body null for none
 * @param timeout from now to the last byte of the answer, name look-up and connection included; more than 0
 * @param maxBody how many bytes of the answer's body are kept; the rest is not read
 * @param repeat whether the gate may send it once more where a server closes a kept connection just when it is used again
 * @throws IllegalArgumentException with the reason in plain words, where a method or a header cannot be sent
 */
public record Request(
        String method, URI uri, List<Header> headers, byte[] body, Duration timeout, int maxBody, Repeat repeat) {
    /** Whether a request may be sent again although it may have reached its target. */
    public enum Repeat {
        /** Where its method is idempotent (RFC 9110, 9.2.2). */
        IF_IDEMPOTENT,
        /** Whatever its method: it only asks. */
        ALWAYS,
        /** Not at all. It goes over a connection of its own, since the end of a kept one would leave open what came of it. */
        NEVER
    }

    /** How much of an answer is kept as a rule: 1 MiB. */
    public static final int MAX_BODY = 1 << 20;

    /** What the gate sends itself; in lower case. */
    private static final Set<String> OURS = Set.of("host", "content-length", "transfer-encoding", "connection");

    /** Methods that may be repeated without another effect (RFC 9110, 9.2.2). */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE");

    public Request {
        headers = List.copyOf(headers);
        if (!isToken(method) || method.equals("CONNECT")) {
            throw new IllegalArgumentException("not a method that can be sent; send GET, POST or the like");
        }
        for (Header header : headers) {
            whyUnsendable(header.name(), header.value()).ifPresent(reason -> {
                throw new IllegalArgumentException(reason);
            });
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("the time-out must be more than 0, and is " + timeout);
        }
        if (maxBody < 0) {
            throw new IllegalArgumentException("the most bytes to keep must be 0 or more, and is " + maxBody);
        }
    }

    /** A request that may be repeated where its method is idempotent. */
    public Request(String method, URI uri, List<Header> headers, byte[] body, Duration timeout, int maxBody) {
        this(method, uri, headers, body, timeout, maxBody, Repeat.IF_IDEMPOTENT);
    }

    /**
     * Why a header cannot be sent, if it cannot: its name is ours or no name, or its value holds something else than
     * visible characters of ISO-8859-1, blanks and tabs (a line break above all).
     *
     * @return a reason for the reader, without the value, which may be secret
     */
    public static Optional<String> whyUnsendable(String name, String value) {
        if (!isToken(name)) {
            return Optional.of("not a header name: letters, digits and !#$%&'*+-.^_`|~ only");
        }
        if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
            return Optional.of("the header " + name + " is set by the centre itself; leave it out");
        }
        if (value == null || !value.chars().allMatch(Request::isSendable)) {
            return Optional.of("the value of header " + name
                    + " may hold visible characters of ISO-8859-1, blanks and tabs only; encode others");
        }
        return Optional.empty();
    }

    boolean isRepeatable() {
        return repeat == Repeat.ALWAYS || repeat == Repeat.IF_IDEMPOTENT && IDEMPOTENT.contains(method);
    }

    private static boolean isSendable(int c) {
        return c == '\t' || c >= 0x20 && c <= 0x7E || c >= 0xA0 && c <= 0xFF;
    }

    private static boolean isToken(String text) {
        return text != null && !text.isEmpty() && text.chars().allMatch(Request::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
