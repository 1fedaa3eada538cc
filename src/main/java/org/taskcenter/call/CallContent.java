package org.taskcenter.call;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What of a call may hold secrets, as one value: the length of the headers, the headers as text, and, where there is a body, a
 * byte before it.
 *
 * @param body null for none
 */
record CallContent(Map<String, String> headers, byte[] body) {
    private static final CallContent NOTHING = new CallContent(Map.of(), null);
    private static final byte BODY_FOLLOWS = 1;

    /** Null where there is nothing. */
    byte[] pack() {
        if (headers.isEmpty() && body == null) {
            return null;
        }
        byte[] text = headers.isEmpty() ? new byte[0] : Headers.toText(headers).getBytes(StandardCharsets.UTF_8);
        ByteBuffer packed = ByteBuffer.allocate(Integer.BYTES + text.length + (body == null ? 0 : 1 + body.length));
        packed.putInt(text.length).put(text);
        if (body != null) {
            packed.put(BODY_FOLLOWS).put(body);
        }
        return packed.array();
    }

    static CallContent unpack(byte[] bytes) {
        if (bytes == null) {
            return NOTHING;
        }
        ByteBuffer packed = ByteBuffer.wrap(bytes);
        byte[] text = new byte[packed.getInt()];
        packed.get(text);
        byte[] body = null;
        if (packed.hasRemaining()) {
            packed.get();
            body = new byte[packed.remaining()];
            packed.get(body);
        }
        return new CallContent(
                text.length == 0 ? Map.of() : Headers.fromText(new String(text, StandardCharsets.UTF_8)), body);
    }
}
