package org.taskcenter.push;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.taskcenter.call.CallEnds.End;

/** Results of a kind of tasks other than calls: where they go, and what is said. */
public interface Results {
    /** The kind of these tasks. */
    String kind();

    /** The URLs that results of these tasks go to, by task; what has none is told to nobody, and can be asked for. */
    Map<Long, String> addresses(Connection connection, List<Long> tasks) throws SQLException;

    /** About how many bytes the message takes that tells this end; empty where it is not kept any more. */
    Optional<Integer> length(Connection connection, End end) throws SQLException;

    /** The message that tells this end; empty where it is not kept any more. */
    Optional<byte[]> message(Connection connection, End end) throws SQLException;
}
