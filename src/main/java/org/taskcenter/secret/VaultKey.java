package org.taskcenter.secret;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.taskcenter.config.Secret;

/** A key that values are sealed with, and its fingerprint, which tells it from others and gives nothing of it away. */
final class VaultKey {
    static final int ID_BYTES = 4;
    private static final int FINGERPRINT_BYTES = 16;
    private static final byte[] LABEL = "Task Center: fingerprint of a secret key".getBytes();

    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] key;
    private final byte[] id;
    private final String fingerprint;

    /** Ciphers take long to make and serve one at a time. */
    private final Queue<Sealer> idle = new ConcurrentLinkedQueue<>();

    /** @param written 32 bytes in base64 */
    VaultKey(Secret written) {
        key = Base64.getDecoder().decode(written.value());
        byte[] print = fingerprint(key);
        id = Arrays.copyOf(print, ID_BYTES);
        fingerprint = HexFormat.of().formatHex(print, 0, FINGERPRINT_BYTES);
    }

    String fingerprint() {
        return fingerprint;
    }

    /** The beginning of the fingerprint, which every sealed value carries. */
    byte[] id() {
        return id;
    }

    <T> T use(Work<T> work) throws GeneralSecurityException {
        Sealer sealer = idle.poll();
        if (sealer == null) {
            sealer = new Sealer(key, RANDOM);
        }
        T result = work.with(sealer);
        // One that has failed is not used again.
        idle.add(sealer);
        return result;
    }

    /** What is done with a cipher of this key. */
    @FunctionalInterface
    interface Work<T> {
        T with(Sealer sealer) throws GeneralSecurityException;
    }

    private static byte[] fingerprint(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(LABEL);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA-256", e);
        }
    }
}
