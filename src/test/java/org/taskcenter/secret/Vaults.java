package org.taskcenter.secret;

import java.util.Optional;

/** Vaults for tests that are about something else. */
public final class Vaults {
    private Vaults() {}

    /** One with a key that no database has heard of. */
    public static Vault any() {
        return new Vault(new VaultKey(VaultTest.FIRST), Optional.empty());
    }
}
