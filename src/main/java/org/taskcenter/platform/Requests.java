package org.taskcenter.platform;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.taskcenter.secret.SealedColumn;
import org.taskcenter.secret.Vault;

/** What clients have asked third parties for, which may hold secrets: it is stored sealed. */
final class Requests {
    /** Where it is stored. */
    static final SealedColumn COLUMN = new SealedColumn("platform_task", "id", "sealed_request");

    private final Vault vault;

    Requests(Vault vault) {
        this.vault = vault;
    }

    /** What is stored for the client's JSON of a task. */
    byte[] seal(long id, String json) {
        return vault.sealText(COLUMN, id, json);
    }

    /**
     * The client's JSON of a task; null where there is no such task.
     *
     * @throws org.taskcenter.secret.CannotOpen where it was changed, or its key is not at hand
     */
    String read(Connection connection, long id) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select sealed_request, request from platform_task where id = ?")) {
            select.setLong(1, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? vault.openText(COLUMN, id, row.getBytes(1), row.getString(2)) : null;
            }
        }
    }
}
