package org.taskcenter.dispatch;

import java.sql.SQLException;
import java.util.Set;

/** Kinds whose tasks are accepted but not begun, on all members. */
@FunctionalInterface
public interface PausedKinds {
    /** The paused kinds as they are stored now. */
    Set<String> read() throws SQLException;
}
