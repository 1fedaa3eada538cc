package org.taskcenter.call;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The value of {@code Idempotency-Key}: the same on every attempt at a call, another one for another call, and for the same
 * call when an operator has opened it anew. A hash, since ids may hold what a header may not.
 */
final class IdempotencyKey {
    private static final int BYTES = 18;

    private IdempotencyKey() {}

    static String of(String client, String id, int generation) {
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        byte[] named = (client.length() + ":" + client + id).getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[BYTES];
        System.arraycopy(sha256().digest(named), 0, key, 0, BYTES);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(key);
        return generation == 1 ? text : text + "-" + generation;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
