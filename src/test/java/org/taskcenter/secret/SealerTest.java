package org.taskcenter.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SealerTest {
    private static final byte[] NONCE = bytes("ABCDEFGHIJKLMNOPQRSTUVWX");
    private static final byte[] TEXT = bytes("XAES-256-GCM");

    /** The two examples of C2SP's specification: the mask takes a different way in each. */
    @ParameterizedTest
    @CsvSource({
        "1, '', ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271",
        "3, c2sp.org/XAES-256-GCM, 986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"
    })
    void isWhatTheSpecificationSays(byte keyByte, String associated, String expected) throws GeneralSecurityException {
        byte[] key = new byte[32];
        Arrays.fill(key, keyByte);
        Sealer sealer = new Sealer(key, new SecureRandom());
        byte[] sealed = new byte[TEXT.length + Sealer.TAG_BYTES];
        sealer.seal(NONCE, bytes(associated), new byte[0], TEXT, sealed, 0);
        assertThat(HexFormat.of().formatHex(sealed)).isEqualTo(expected);
        assertThat(sealer.open(NONCE, new byte[0], bytes(associated), sealed, 0))
                .isEqualTo(TEXT);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
