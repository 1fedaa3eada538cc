package org.taskcenter.call;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What of a call may hold secrets, as one value: a byte that says that the address follows, the address and the headers, each
 * as its length and a text, and, where there is a body, a byte before it. The first calls were stored without the address: such
 * a value begins with the length of the headers, whose first byte is 0.
 *
 * @param body null for none
 */
record CallContent(String url, Map<String, String> headers, byte[] body) {
    private static final byte ADDRESS_FOLLOWS = 1;
    private static final byte BODY_FOLLOWS = 1;

    byte[] pack() {
        byte[] address = url.getBytes(StandardCharsets.UTF_8);
        byte[] text = headers.isEmpty() ? new byte[0] : Headers.toText(headers).getBytes(StandardCharsets.UTF_8);
        ByteBuffer packed = ByteBuffer.allocate(1
                + Integer.BYTES
                + address.length
                + Integer.BYTES
                + text.length
                + (body == null ? 0 : 1 + body.length));
        packed.put(ADDRESS_FOLLOWS).putInt(address.length).put(address);
        packed.putInt(text.length).put(text);
        if (body != null) {
            packed.put(BODY_FOLLOWS).put(body);
        }
        return packed.array();
    }

    /**
     * What was packed.
     *
     * @param bytes null for neither headers nor body
     * @param url of a call that was packed without
     */
    static CallContent unpack(byte[] bytes, String url) {
        if (bytes == null) {
            return new CallContent(url, Map.of(), null);
        }
        ByteBuffer packed = ByteBuffer.wrap(bytes);
        String address = url;
        if (packed.get(0) == ADDRESS_FOLLOWS) {
            packed.get();
            address = text(packed);
        }
        String headers = text(packed);
        byte[] body = null;
        if (packed.hasRemaining()) {
            packed.get();
            body = new byte[packed.remaining()];
            packed.get(body);
        }
        return new CallContent(address, headers.isEmpty() ? Map.of() : Headers.fromText(headers), body);
    }

    private static String text(ByteBuffer packed) {
        byte[] text = new byte[packed.getInt()];
        packed.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
