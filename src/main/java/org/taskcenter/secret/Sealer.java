package org.taskcenter.secret;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM with a nonce of 24 random bytes: XAES-256-GCM as C2SP specifies it. A nonce of 12 bytes, GCM's own, must not be
 * drawn at random more than some billion times for one key, which a busy centre needs in days; here the first half of the
 * nonce makes a key of its own (by the counter mode of NIST SP 800-108r1 with CMAC). Serves one thread at a time.
 */
final class Sealer {
    static final int NONCE_BYTES = 24;
    static final int TAG_BYTES = 16;
    private static final int BLOCK = 16;
    private static final int HALF = NONCE_BYTES / 2;
    private static final int NONCES_AHEAD = 256;
    private static final int SAME_FIRST_HALF = 1 << 20;

    private final Cipher block = Cipher.getInstance("AES/ECB/NoPadding");
    private final Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
    private final byte[] mask;
    private final SecureRandom random;

    /** Random bytes for the next nonces: asked for one by one, they would cost more than the cipher. */
    private final byte[] ahead = new byte[NONCES_AHEAD * HALF];

    private int used = ahead.length;
    private final byte[] first = new byte[HALF];
    private int left;
    private final byte[] keyed = new byte[HALF];
    private SecretKeySpec lastKey;

    Sealer(byte[] key, SecureRandom random) throws GeneralSecurityException {
        this.random = random;
        block.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        mask = doubled(block.doFinal(new byte[BLOCK]));
    }

    /**
     * Writes a nonce nobody had before to {@code out}. Its first half stays the same for a while: the key that it makes is dear,
     * and takes far more values than these.
     */
    void nonce(byte[] out, int at) {
        if (used == ahead.length) {
            random.nextBytes(ahead);
            used = 0;
        }
        if (left == 0) {
            random.nextBytes(first);
            left = SAME_FIRST_HALF;
        }
        left--;
        System.arraycopy(first, 0, out, at, HALF);
        System.arraycopy(ahead, used, out, at + HALF, HALF);
        used += HALF;
    }

    /** Writes what the text becomes to {@code out}, which has room for it and a tag behind it. */
    void seal(byte[] nonce, byte[] header, byte[] place, byte[] text, byte[] out, int at)
            throws GeneralSecurityException {
        prepare(Cipher.ENCRYPT_MODE, nonce, header, place);
        gcm.doFinal(text, 0, text.length, out, at);
    }

    /** @throws javax.crypto.AEADBadTagException where it was sealed otherwise than for this, or changed */
    byte[] open(byte[] nonce, byte[] header, byte[] place, byte[] sealed, int from) throws GeneralSecurityException {
        prepare(Cipher.DECRYPT_MODE, nonce, header, place);
        return gcm.doFinal(sealed, from, sealed.length - from);
    }

    private void prepare(int mode, byte[] nonce, byte[] header, byte[] place) throws GeneralSecurityException {
        gcm.init(mode, keyOf(nonce), new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce, HALF, NONCE_BYTES - HALF));
        gcm.updateAAD(header);
        gcm.updateAAD(place);
    }

    private SecretKeySpec keyOf(byte[] nonce) throws GeneralSecurityException {
        if (lastKey != null && Arrays.equals(keyed, 0, HALF, nonce, 0, HALF)) {
            return lastKey;
        }
        byte[] input = new byte[2 * BLOCK];
        for (int counter = 1; counter <= 2; counter++) {
            int start = (counter - 1) * BLOCK;
            input[start + 1] = (byte) counter;
            input[start + 2] = 'X';
            System.arraycopy(nonce, 0, input, start + BLOCK - HALF, HALF);
            for (int i = 0; i < BLOCK; i++) {
                input[start + i] ^= mask[i];
            }
        }
        lastKey = new SecretKeySpec(block.doFinal(input), "AES");
        System.arraycopy(nonce, 0, keyed, 0, HALF);
        return lastKey;
    }

    /** Twice the block in GF(2^128), as CMAC makes its first subkey. */
    private static byte[] doubled(byte[] in) {
        byte[] out = new byte[BLOCK];
        int carry = 0;
        for (int i = BLOCK - 1; i >= 0; i--) {
            int shifted = (in[i] & 0xff) << 1 | carry;
            out[i] = (byte) shifted;
            carry = shifted >>> Byte.SIZE;
        }
        if (carry != 0) {
            out[BLOCK - 1] ^= (byte) 0x87;
        }
        return out;
    }
}
