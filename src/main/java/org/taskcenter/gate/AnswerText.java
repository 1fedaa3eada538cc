package org.taskcenter.gate;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Makes text of an answer's bytes that every database can store: decoded by the declared charset, else as UTF-8; what
 * cannot be decoded or stored (NUL, half a surrogate pair) becomes U+FFFD. Half a character where a body was cut is
 * dropped. Nothing else is changed.
 */
public final class AnswerText {
    private static final char REPLACEMENT = '\uFFFD';

    private AnswerText() {}

    /**
     * @param contentType the Content-Type as received, or null
     * @param cut whether the body is only the beginning of what was sent
     */
    public static String of(byte[] body, String contentType, boolean cut) {
        Charset charset = charset(contentType);
        if (charset.equals(StandardCharsets.UTF_8)) {
            int length = cut ? wholeCharacters(body) : body.length;
            return storable(new String(body, 0, length, StandardCharsets.UTF_8));
        }
        return storable(decode(body, charset, cut));
    }

    /** The same text with U+FFFD in place of what a database refuses. */
    public static String storable(String text) {
        int i = 0;
        // Nearly every text is clean: this loop is what counts.
        while (i < text.length() && text.charAt(i) != 0 && !Character.isSurrogate(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text);
        for (; i < clean.length(); i++) {
            if (!isWhole(clean, i)) {
                clean.setCharAt(i, REPLACEMENT);
            }
        }
        return clean.toString();
    }

    private static boolean isWhole(CharSequence text, int i) {
        char c = text.charAt(i);
        if (c == 0) {
            return false;
        }
        if (Character.isHighSurrogate(c)) {
            return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
        }
        return !Character.isLowSurrogate(c) || i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }

    /** How many bytes are left without a UTF-8 character that has only begun. */
    private static int wholeCharacters(byte[] body) {
        for (int back = 1; back <= 3 && back <= body.length; back++) {
            int b = body[body.length - back] & 0xFF;
            if (b < 0x80) {
                return body.length;
            }
            if (b >= 0xC0) {
                int needed = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                return needed > back ? body.length - back : body.length;
            }
        }
        return body.length;
    }

    private static String decode(byte[] body, Charset charset, boolean cut) {
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE)
                .replaceWith("\uFFFD");
        ByteBuffer in = ByteBuffer.wrap(body);
        CharBuffer out = CharBuffer.allocate((int) Math.ceil(body.length * (double) decoder.maxCharsPerByte()) + 16);
        decoder.decode(in, out, !cut);
        if (!cut) {
            decoder.flush(out);
        }
        return out.flip().toString();
    }

    private static Charset charset(String contentType) {
        if (contentType != null) {
            for (String parameter : contentType.split(";")) {
                String[] parts = parameter.split("=", 2);
                if (parts.length == 2 && parts[0].strip().equalsIgnoreCase("charset")) {
                    return named(parts[1].strip().replaceAll("^[\"']|[\"']$", ""));
                }
            }
        }
        return StandardCharsets.UTF_8;
    }

    private static Charset named(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalArgumentException e) {
            return StandardCharsets.UTF_8;
        }
    }
}
