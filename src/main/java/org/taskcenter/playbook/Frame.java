package org.taskcenter.playbook;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What the supervisor says at a time.
 *
 * @param kind tick, out or exit
 * @param run which run it is about
 */
record Frame(String kind, String run, byte[] content) {
    private static final int LONGEST_HEAD = 1_000;
    private static final int LONGEST = 1 << 20;

    /**
     * The next one.
     *
     * @throws EOFException where there is none
     * @throws IOException also where what comes is no frame
     */
    static Frame read(InputStream in) throws IOException {
        String[] head = head(in).split(" ");
        int length = head.length == 3 && head[2].matches("\\d{1,7}") ? Integer.parseInt(head[2]) : LONGEST + 1;
        if (length > LONGEST) {
            throw new IOException("not understood: " + String.join(" ", head));
        }
        byte[] content = in.readNBytes(length);
        if (content.length < length) {
            throw new EOFException();
        }
        return new Frame(head[0], head[1], content);
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            if (head.length() == LONGEST_HEAD) {
                throw new IOException("not understood: " + head);
            }
            head.append((char) c);
        }
        return head.toString();
    }

    String text() {
        return new String(content, StandardCharsets.UTF_8);
    }
}
