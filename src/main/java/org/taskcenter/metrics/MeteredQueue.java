package org.taskcenter.metrics;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.taskcenter.task.Backlog;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Ended;
import org.taskcenter.task.NewTasks;
import org.taskcenter.task.Queue;
import org.taskcenter.task.Reopened;
import org.taskcenter.task.Rescued;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.Share;
import org.taskcenter.task.TaskState;

/**
 * Counts what goes through a queue, in the groups in which it goes. What is taken back because its transaction then failed
 * stays counted: that is an outage of the database, and the few tasks in its hands.
 */
public final class MeteredQueue implements Queue {
    private final Queue queue;
    private final TaskMetrics metrics;

    public MeteredQueue(Queue queue, TaskMetrics metrics) {
        this.queue = queue;
        this.metrics = metrics;
    }

    @Override
    public int lane(Connection connection, String kind, String client, String target, int most) throws SQLException {
        return queue.lane(connection, kind, client, target, most);
    }

    @Override
    public TaskState[] add(Connection connection, NewTasks tasks) throws SQLException {
        TaskState[] states = queue.add(connection, tasks);
        for (int i = 0; i < states.length; i++) {
            if (states[i] != null) {
                metrics.accepted(tasks.drafts().get(i).kind());
            }
            if (states[i] == TaskState.RUNNING) {
                metrics.claimed(Claim.first(tasks.ids()[i], tasks.drafts().get(i), tasks.lanes()[i]));
            }
        }
        return states;
    }

    @Override
    public List<Reopened> reopen(Connection connection, List<Long> ids) throws SQLException {
        return queue.reopen(connection, ids);
    }

    @Override
    public List<Backlog> backlog(Connection connection, int after, int limit) throws SQLException {
        return queue.backlog(connection, after, limit);
    }

    @Override
    public List<Claim> claim(Connection connection, long member, List<Share> shares) throws SQLException {
        List<Claim> claims = queue.claim(connection, member, shares);
        claims.forEach(metrics::claimed);
        return claims;
    }

    @Override
    public long waiting(Connection connection, long most) throws SQLException {
        return queue.waiting(connection, most);
    }

    @Override
    public List<Claim> held(Connection connection, long member) throws SQLException {
        return queue.held(connection, member);
    }

    @Override
    public List<Claim> markSent(Connection connection, List<Claim> claims) throws SQLException {
        return queue.markSent(connection, claims);
    }

    @Override
    public List<Ended> settle(Connection connection, long member, List<Settlement> settlements, TaskState[] now)
            throws SQLException {
        List<Ended> ended = queue.settle(connection, member, settlements, now);
        for (int i = 0; i < now.length; i++) {
            metrics.settled(settlements.get(i), now[i]);
        }
        metrics.ended(ended);
        return ended;
    }

    @Override
    public List<Ended> endWaiting(Connection connection, List<Long> ids, TaskState end) throws SQLException {
        List<Ended> ended = queue.endWaiting(connection, ids, end);
        metrics.ended(ended);
        return ended;
    }

    @Override
    public List<Long> postpone(Connection connection, List<Long> ids, Duration delay) throws SQLException {
        return queue.postpone(connection, ids, delay);
    }

    @Override
    public List<Long> askToStop(Connection connection, List<Long> ids) throws SQLException {
        return queue.askToStop(connection, ids);
    }

    @Override
    public List<Long> askedToStop(Connection connection, long member) throws SQLException {
        return queue.askedToStop(connection, member);
    }

    @Override
    public List<Rescued> rescue(Connection connection, int lastRescue, int limit) throws SQLException {
        List<Rescued> rescued = queue.rescue(connection, lastRescue, limit);
        rescued.forEach(metrics::rescued);
        return rescued;
    }
}
