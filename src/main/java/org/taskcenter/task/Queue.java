package org.taskcenter.task;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * The store of tasks: the only place that writes a task's state, epoch and member.
 *
 * <p>Each transition is conditional on what the caller believes of the task, so whoever comes second changes nothing. All
 * methods run on the connection given, in the caller's transaction; {@link #add} and {@link #claim}, which then are a
 * transaction each, and those that only read do with a connection in auto-commit mode as well. Times are compared by the database's clock alone.
 */
public interface Queue {
    /**
     * The number of a lane, made at its first use. Runs in a transaction of its own; callers keep the answer.
     *
     * @param most how many of its tasks one member may do at a time, kept from its first use; 0 where it has no limit of its own
     */
    int lane(Connection connection, String kind, String client, String target, int most) throws SQLException;

    /**
     * Stores new tasks. Those whose (kind, client, clientId) is taken, by a stored task or by one before it in the list, are
     * left out.
     *
     * @return for each the state it was stored in, or null where it was left out
     */
    TaskState[] add(Connection connection, NewTasks tasks) throws SQLException;

    /**
     * Looks for lanes in which tasks wait.
     *
     * @param after the lane to begin behind; 0 begins at the first
     * @param limit how many (lane, priority) pairs at most
     * @return ordered by lane, then highest priority first
     */
    List<Backlog> backlog(Connection connection, int after, int limit) throws SQLException;

    /**
     * Claims due tasks for a member, skipping what others are claiming at this moment. A member that is not alive gets
     * none.
     */
    List<Claim> claim(Connection connection, long member, List<Share> shares) throws SQLException;

    /** How many tasks wait, due or not; counts no further than {@code most}. */
    long waiting(Connection connection, long most) throws SQLException;

    /** All claims that stand in the store for a member. */
    List<Claim> held(Connection connection, long member) throws SQLException;

    /**
     * Marks tasks as possibly having had an effect, before anything is sent.
     *
     * @return the claims that still stood; the others must not send
     */
    List<Claim> markSent(Connection connection, List<Claim> claims) throws SQLException;

    /**
     * Ends claims and stores their attempts; those whose claim has been lost meanwhile are refused.
     *
     * @param member who made the attempts
     * @param now takes for each settlement the state its task has now; stays null where it was refused
     * @return the tasks that ended by this
     */
    List<Ended> settle(Connection connection, long member, List<Settlement> settlements, TaskState[] now)
            throws SQLException;

    /** Cancels those of the tasks that wait; returns them. */
    default List<Ended> cancelWaiting(Connection connection, List<Long> ids) throws SQLException {
        return endWaiting(connection, ids, TaskState.CANCELLED);
    }

    /**
     * Ends those of the tasks that wait: for work that others do for us, whose end they tell, and for work whose parts are
     * tasks of their own.
     *
     * @param end any end
     * @return those it ended
     */
    List<Ended> endWaiting(Connection connection, List<Long> ids, TaskState end) throws SQLException;

    /**
     * Changes when tasks that wait are to be started next.
     *
     * @param delay how long from now
     * @return the ids of those that waited
     */
    List<Long> postpone(Connection connection, List<Long> ids, Duration delay) throws SQLException;

    /**
     * Opens those of the tasks that have ended anew: they wait, in their next generation, with no attempt made. The only way out
     * of an end.
     *
     * @return those it opened
     */
    List<Reopened> reopen(Connection connection, List<Long> ids) throws SQLException;

    /** Asks the owners of those of the tasks that run to stop them; returns their ids. */
    List<Long> askToStop(Connection connection, List<Long> ids) throws SQLException;

    /** The member's running tasks that were asked to stop. */
    List<Long> askedToStop(Connection connection, long member) throws SQLException;

    /**
     * Takes running tasks from members that are not alive, some at a time and not always the same ones first: back to waiting with a higher epoch, or to their
     * end, where this was the last rescue they are worth, they were sent and must not be sent twice, or their cancel was asked
     * for.
     *
     * @param lastRescue the rescue that ends a task as failed, from 1; pushes and
     *     submissions to platforms are never given up by it: a push has to arrive, and whether a submission may be made again is
     *     known to its runner
     * @param limit how many at most
     */
    List<Rescued> rescue(Connection connection, int lastRescue, int limit) throws SQLException;
}
