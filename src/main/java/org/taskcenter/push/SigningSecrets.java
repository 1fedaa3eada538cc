package org.taskcenter.push;

import java.sql.SQLException;
import java.util.List;

/** Where the secrets come from by which pushes are signed. */
@FunctionalInterface
public interface SigningSecrets {
    /** The secrets in force for what is sent to a client; two and more while one is being replaced. */
    List<byte[]> inForce(String client) throws SQLException;
}
