package org.taskcenter.api.manager;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads messages in one pass, with the tolerance that the API's own samples ask for: comments, raw line breaks in text,
 * trailing commas.
 */
final class MessageReader {
    /** Single characters, and the words of JSON, may be told. */
    private static final Pattern QUOTED = Pattern.compile(" '(?!(?:null|true|false)')[^']{2,}'");

    static final int MOST_PARAMETERS = 250_000;
    private static final int DEEPEST = 64;
    private static final int LONGEST_NUMBER = 1_000;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final JsonFactory factory = ((JsonFactoryBuilder) JsonFactory.builder())
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            // UTF-8 is the one encoding; what looks like another is unreadable.
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            // Header names are the clients': no place for them in the JVM's table of strings.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(LONGEST_NUMBER)
                    .maxStringLength(Messages.LONGEST)
                    .build())
            .build();

    /** @throws Refusal where it is no message at all: the whole of it is unreadable, or it does not say what it is */
    Message read(byte[] bytes) throws Refusal {
        if (!isUtf8(bytes)) {
            throw Refusal.malformed("the message is not UTF-8");
        }
        int start = startsWithByteOrderMark(bytes) ? BYTE_ORDER_MARK.length : 0;
        try (JsonParser json = factory.createParser(bytes, start, bytes.length - start)) {
            return read(json);
        } catch (JsonProcessingException e) {
            throw Refusal.malformed("the message is not readable as JSON: " + withoutItsText(e) + place(e));
        } catch (IOException e) {
            throw Refusal.malformed("the message is not readable as JSON: " + e.getMessage());
        }
    }

    /** A reader's complaint without the piece of the message that it complains of: that may be secret, and answers are logged. */
    private static String withoutItsText(JsonProcessingException complaint) {
        return QUOTED.matcher(complaint.getOriginalMessage()).replaceAll("");
    }

    private static Message read(JsonParser json) throws IOException, Refusal {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw Refusal.malformed("the message must be a JSON object");
        }
        Scalar type = null;
        boolean many = false;
        List<Parameters> parameters = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            if (name.equals("message_type")) {
                type = Scalar.read(json);
            } else if (name.equals("parameters")) {
                many = value == JsonToken.START_ARRAY;
                parameters = readParameters(json);
            } else {
                json.skipChildren();
            }
        }
        if (json.nextToken() != null) {
            throw Refusal.malformed("something follows the message");
        }
        return new Message(type == null ? null : type.asText(), many, parameters);
    }

    private static List<Parameters> readParameters(JsonParser json) throws IOException, Refusal {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            return List.of(Parameters.read(json));
        }
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return null;
        }
        List<Parameters> all = new ArrayList<>();
        for (JsonToken item = json.nextToken(); item != JsonToken.END_ARRAY; item = json.nextToken()) {
            if (all.size() == MOST_PARAMETERS) {
                throw new Refusal(413, "a message holds " + MOST_PARAMETERS + " tasks at most: send several messages");
            }
            if (item == JsonToken.START_OBJECT) {
                all.add(Parameters.read(json));
            } else {
                json.skipChildren();
                all.add(null);
            }
        }
        return all;
    }

    private static String place(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private static boolean startsWithByteOrderMark(byte[] bytes) {
        return bytes.length >= BYTE_ORDER_MARK.length
                && bytes[0] == BYTE_ORDER_MARK[0]
                && bytes[1] == BYTE_ORDER_MARK[1]
                && bytes[2] == BYTE_ORDER_MARK[2];
    }

    // The parser lets overlong forms and encoded surrogates pass.
    private static boolean isUtf8(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(Math.min(8_192, bytes.length + 1));
        CoderResult result;
        do {
            out.clear();
            result = decoder.decode(in, out, true);
        } while (result.isOverflow());
        return !result.isError();
    }
}
