package org.taskcenter.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.taskcenter.config.Secret;

class VaultTest {
    static final Secret FIRST = key(1);
    static final Secret SECOND = key(2);
    private static final SealedColumn COLUMN = new SealedColumn("account", "id", "webhook_secret");
    private static final byte[] VALUE = "swordfish".getBytes(StandardCharsets.US_ASCII);
    private final Vault vault = vault(FIRST, null);

    static Secret key(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return new Secret(Base64.getEncoder().encodeToString(key));
    }

    static Vault vault(Secret current, Secret other) {
        return new Vault(new VaultKey(current), Optional.ofNullable(other).map(VaultKey::new));
    }

    @Test
    void whatIsSealedOpensAndDoesNotShow() {
        byte[] sealed = vault.seal(COLUMN, 42, VALUE);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("swordfish");
        assertThat(vault.open(COLUMN, 42, sealed)).isEqualTo(VALUE);
        assertThat(vault.open(COLUMN, 42, vault.seal(COLUMN, 42, new byte[0]))).isEmpty();
    }

    @Test
    void theSameValueNeverLooksTheSame() {
        assertThat(vault.seal(COLUMN, 42, VALUE)).isNotEqualTo(vault.seal(COLUMN, 42, VALUE));
    }

    @Test
    void anotherPlaceDoesNotOpenIt() {
        byte[] sealed = vault.seal(COLUMN, 42, VALUE);
        fails(vault, COLUMN, 43, sealed);
        fails(vault, new SealedColumn("account", "id", "webhook_secret_before"), 42, sealed);
        fails(vault, new SealedColumn("call", "id", "webhook_secret"), 42, sealed);
    }

    @Test
    void noByteOfItCanBeChangedOrBeMissing() {
        byte[] sealed = vault.seal(COLUMN, 42, VALUE);
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            fails(vault, COLUMN, 42, changed);
            fails(vault, COLUMN, 42, Arrays.copyOf(sealed, i));
        }
        fails(vault, COLUMN, 42, Arrays.copyOf(sealed, sealed.length + 1));
    }

    @Test
    void aFailureIsNobodysConcern() {
        byte[] sealed = vault.seal(COLUMN, 42, VALUE);
        fails(vault, COLUMN, 43, sealed);
        assertThat(vault.open(COLUMN, 42, sealed)).isEqualTo(VALUE);
    }

    @Test
    void anEarlierKeyOpensAndDoesNotSeal() {
        byte[] sealed = vault.seal(COLUMN, 42, VALUE);
        Vault next = vault(SECOND, FIRST);
        assertThat(next.open(COLUMN, 42, sealed)).isEqualTo(VALUE);
        byte[] anew = next.seal(COLUMN, 42, VALUE);
        fails(vault, COLUMN, 42, anew);
        assertThat(vault(SECOND, null).open(COLUMN, 42, anew)).isEqualTo(VALUE);
    }

    @Test
    void aKeyThatIsNotAtHandIsToldByItsFingerprint() {
        byte[] sealed = vault.seal(COLUMN, 42, VALUE);
        assertThatExceptionOfType(CannotOpen.class)
                .isThrownBy(() -> vault(SECOND, null).open(COLUMN, 42, sealed))
                .withMessageContaining("account.webhook_secret:42")
                .withMessageContaining(new VaultKey(FIRST).fingerprint().substring(0, 8))
                .withMessageContaining("TASKCENTER_SECRET_KEY_OLD");
    }

    @Test
    void manyThreadsCanUseIt() {
        List<byte[]> sealed = IntStream.range(0, 2_000)
                .parallel()
                .mapToObj(i -> vault.seal(COLUMN, i, VALUE))
                .toList();
        assertThat(IntStream.range(0, 2_000).parallel())
                .allSatisfy(
                        i -> assertThat(vault.open(COLUMN, i, sealed.get(i))).isEqualTo(VALUE));
    }

    private static void fails(Vault vault, SealedColumn column, long row, byte[] sealed) {
        assertThatExceptionOfType(CannotOpen.class)
                .isThrownBy(() -> vault.open(column, row, sealed))
                .withMessageNotContaining("swordfish");
    }
}
