package org.taskcenter.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.taskcenter.config.Secret;

/** The key that the centre has made by itself, in its home. */
final class KeyFile {
    private static final int KEY_BYTES = 32;
    private final Path file;

    KeyFile(Path home) {
        file = home.resolve("secret.key");
    }

    /** @throws UnfitKey where the file holds something else */
    Optional<Secret> read() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file).strip();
        try {
            if (Base64.getDecoder().decode(text).length == KEY_BYTES) {
                return Optional.of(new Secret(text));
            }
        } catch (IllegalArgumentException e) {
            throw unreadable();
        }
        throw unreadable();
    }

    Secret make() throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        String text = Base64.getEncoder().encodeToString(key);
        PrivateFile.write(file, text);
        SecretLog.LOG.madeKey(file);
        return new Secret(text);
    }

    private UnfitKey unreadable() {
        return new UnfitKey(file + " does not hold a key (32 bytes in base64): bring it back from a backup, or set"
                + " TASKCENTER_SECRET_KEY to the key");
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
