package org.taskcenter.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Seals values for the place where they are stored, and opens them again. A sealed value is: its version, one byte; the id of
 * its key, 4 bytes; a random nonce, 24 bytes; the encrypted value; a tag, 16 bytes. The tag covers the place as well. Serves
 * any number of threads.
 */
public final class Vault {
    private static final byte VERSION = 1;
    private static final int HEADER_BYTES = 1 + VaultKey.ID_BYTES;
    private static final int TEXT_AT = HEADER_BYTES + Sealer.NONCE_BYTES;

    /** The first one seals, all open. */
    private final List<VaultKey> keys;

    private final byte[] header;

    Vault(VaultKey current, Optional<VaultKey> other) {
        keys = other.map(known -> List.of(current, known)).orElse(List.of(current));
        header = header(current);
    }

    /** What is stored in this column of this row in place of the value. */
    public byte[] seal(SealedColumn column, long row, byte[] value) {
        byte[] sealed = Arrays.copyOf(header, TEXT_AT + value.length + Sealer.TAG_BYTES);
        try {
            return keys.get(0).use(sealer -> {
                sealer.nonce(sealed, HEADER_BYTES);
                byte[] nonce = Arrays.copyOfRange(sealed, HEADER_BYTES, TEXT_AT);
                sealer.seal(nonce, header, column.bound(row), value, sealed, TEXT_AT);
                return sealed;
            });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-256-GCM", e);
        }
    }

    /**
     * The value that was sealed for this column of this row.
     *
     * @throws CannotOpen where it was sealed for another place, changed, or sealed by a key that this member does not have
     */
    public byte[] open(SealedColumn column, long row, byte[] sealed) {
        if (sealed.length < TEXT_AT + Sealer.TAG_BYTES || sealed[0] != VERSION) {
            throw new CannotOpen(column.place(row) + " holds nothing that was sealed");
        }
        VaultKey key = keys.stream()
                .filter(known -> isBy(known, sealed))
                .findFirst()
                .orElseThrow(() -> new CannotOpen(column.place(row) + " was sealed by a key that is not at hand ("
                        + HexFormat.of().formatHex(sealed, 1, HEADER_BYTES)
                        + "...): set TASKCENTER_SECRET_KEY_OLD to it"));
        byte[] nonce = Arrays.copyOfRange(sealed, HEADER_BYTES, TEXT_AT);
        try {
            return key.use(sealer -> sealer.open(nonce, header(key), column.bound(row), sealed, TEXT_AT));
        } catch (GeneralSecurityException e) {
            throw new CannotOpen(column.place(row) + " does not open: it was changed, or sealed for another place");
        }
    }

    /** As {@link #seal(SealedColumn, long, byte[])}, for a text; null for null. */
    public byte[] sealText(SealedColumn column, long row, String text) {
        return text == null ? null : seal(column, row, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A text that is sealed or, in rows that are older than its being sealed, stands in clear in another column.
     *
     * @param sealed null where it is not
     * @param clear null where it does not stand there
     * @return null where it does neither
     * @throws CannotOpen as {@link #open}
     */
    public String openText(SealedColumn column, long row, byte[] sealed, String clear) {
        return sealed == null ? clear : new String(open(column, row, sealed), StandardCharsets.UTF_8);
    }

    /** What everything begins with that is sealed now. */
    byte[] header() {
        return header.clone();
    }

    private static boolean isBy(VaultKey key, byte[] sealed) {
        return Arrays.equals(key.id(), 0, VaultKey.ID_BYTES, sealed, 1, HEADER_BYTES);
    }

    private static byte[] header(VaultKey key) {
        byte[] header = new byte[HEADER_BYTES];
        header[0] = VERSION;
        System.arraycopy(key.id(), 0, header, 1, VaultKey.ID_BYTES);
        return header;
    }
}
