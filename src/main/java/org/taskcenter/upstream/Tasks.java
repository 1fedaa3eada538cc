package org.taskcenter.upstream;

import java.sql.SQLException;

/** The tasks of channels. */
public interface Tasks {
    /** Ends and refunds what is open at a channel that has been deleted. */
    void channelDeleted(long channel) throws SQLException;
}
