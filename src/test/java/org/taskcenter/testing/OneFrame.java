package org.taskcenter.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Sends a WebSocket message as one frame, however long; the JDK's client cuts long ones into many. */
public final class OneFrame {
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int TEXT = 0x1;
    private static final int PING = 0x9;

    private OneFrame() {}

    /** The text that answers it; or the code that the connection is closed with. */
    public static String answer(Centre centre, String token, byte[] text) throws IOException {
        URI uri = centre.uri("/manager/ws");
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeBytes("GET " + uri.getPath() + " HTTP/1.1\r\nHost: " + uri.getAuthority()
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                    + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer " + token + "\r\n\r\n");
            String head = head(in);
            if (!head.startsWith("HTTP/1.1 101 ")) {
                throw new IOException(head);
            }
            out.writeByte(0x80 | TEXT);
            out.writeByte(0x80 | 127);
            out.writeLong(text.length);
            out.writeInt(0); // a mask that changes nothing
            out.write(text);
            return text(in);
        }
    }

    private static String head(DataInputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            head.write(in.readByte());
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static String text(DataInputStream in) throws IOException {
        while (true) {
            int kind = in.readByte() & 0xF;
            int length = in.readByte();
            byte[] content = new byte[length == 126 ? in.readUnsignedShort() : length];
            in.readFully(content);
            if (kind == TEXT) {
                return new String(content, StandardCharsets.UTF_8);
            }
            if (kind != PING) {
                return "closed with " + ((content[0] & 0xFF) << 8 | content[1] & 0xFF);
            }
        }
    }
}
