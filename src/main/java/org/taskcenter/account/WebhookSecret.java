package org.taskcenter.account;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.taskcenter.secret.SealedColumn;
import org.taskcenter.secret.Vault;

/** The secrets that an account's results are signed with, as they are stored: sealed. */
final class WebhookSecret {
    static final SealedColumn CURRENT = new SealedColumn("account", "id", "webhook_secret");
    static final SealedColumn BEFORE = new SealedColumn("account", "id", "webhook_secret_before");
    static final Duration BOTH_SIGN = Duration.ofDays(1);
    private static final String PREFIX = "whsec_";
    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private WebhookSecret() {}

    /** A secret nobody has. */
    static byte[] make() {
        byte[] secret = new byte[BYTES];
        RANDOM.nextBytes(secret);
        return secret;
    }

    /** A secret as its owner knows it. */
    static String shown(byte[] secret) {
        return PREFIX + Base64.getEncoder().encodeToString(secret);
    }

    /**
     * What is stored of an account's secrets.
     *
     * @param current sealed, or null where the account has none
     * @param before sealed: what also signs until {@code beforeUntil}; or null
     */
    record Stored(byte[] current, byte[] before, Instant beforeUntil) {
        /** With another secret in the first place; the one there was signs beside it for a while. */
        Stored renewed(Vault vault, long account, byte[] secret, Instant now) {
            byte[] last = current == null ? null : vault.seal(BEFORE, account, vault.open(CURRENT, account, current));
            return new Stored(vault.seal(CURRENT, account, secret), last, last == null ? null : now.plus(BOTH_SIGN));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Stored stored
                    && Arrays.equals(current, stored.current)
                    && Arrays.equals(before, stored.before);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(current);
        }

        @Override
        public String toString() {
            return "(sealed)";
        }
    }
}
