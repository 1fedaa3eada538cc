package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What the store itself can tell, where HTTP tells the present state alone: the attempts of tasks, who holds them, and, on
 * PostgreSQL, every change of their state.
 */
final class History {
    private static final String ENDED = "('succeeded', 'failed', 'partly', 'cancelled')";

    private final Source source;

    /** Where connections come from; they are closed after each question. */
    interface Source {
        Connection connection() throws SQLException;
    }

    History(Source source) {
        this.source = source;
    }

    /** From now on each change of a task's state is remembered (PostgreSQL only). */
    History remember() {
        update("""
                create table history (task bigint, was text, state text, member bigint, epoch int);
                create function remember() returns trigger language plpgsql as $$
                begin
                    insert into history values (new.id, old.state, new.state, new.member, new.epoch);
                    return null;
                end $$;
                create trigger remember after update of state, epoch on task
                    for each row execute function remember();""");
        return this;
    }

    /** That no task has left its end, nor come to it twice; only where changes are remembered. */
    void assertEndedOnce() {
        assertThat(rows("select task, was, state from history where was in " + ENDED))
                .as("changes after the end")
                .isEmpty();
        assertThat(rows("select task from history where state in " + ENDED + " group by task having count(*) > 1"))
                .as("ended twice")
                .isEmpty();
    }

    /** That each ended task has its attempts, numbered without a gap, and only the last one tells its result. */
    void assertAttemptsFit() {
        assertThat(rows("""
                select t.client_id, t.state, t.attempt, count(*), min(a.number), max(a.number)
                  from task t left join attempt a on a.task_id = t.id
                 where t.state in ('succeeded', 'failed')
                 group by t.client_id, t.state, t.attempt
                having count(*) <> t.attempt or max(a.number) <> t.attempt or min(a.number) <> 1""")).as("tasks with attempts that do not fit").isEmpty();
        assertThat(rows("""
                select t.client_id, t.state, a.number, a.outcome
                  from task t join attempt a on a.task_id = t.id
                 where a.outcome = 'done' and (t.state <> 'succeeded' or a.number <> t.attempt)
                    or a.outcome <> 'done' and t.state = 'succeeded' and a.number = t.attempt""")).as("results that are not the last attempt's").isEmpty();
    }

    /** That no task has come to its end twice, as far as attempts tell: changes need not be remembered for that. */
    void assertOneLastAttempt() {
        assertThat(rows("select task_id, count(*) from attempt where next_at is null group by task_id, generation"
                        + " having count(*) > 1"))
                .as("tasks with several last attempts")
                .isEmpty();
        assertThat(rows("select a.task_id, a.number from attempt a join task t on t.id = a.task_id"
                        + " where a.next_at is null and (a.number <> t.attempt or t.state not in " + ENDED + ")"))
                .as("last attempts of tasks that went on")
                .isEmpty();
    }

    /** How many attempts a task has had, also those that were interrupted. */
    int attempts(String id) {
        return Integer.parseInt(
                rows("select count(*) from attempt join task on id = task_id where client_id = '" + id + "'")
                        .get(0));
    }

    /** The tasks that a member is at, by the ids their clients gave them. */
    List<String> runningOn(long member) {
        return rows("select client_id from task where state = 'running' and member = " + member + " order by id");
    }

    /** How often a member has ever taken a task; only where changes are remembered. */
    int claimsBy(long member) {
        return Integer.parseInt(rows("select count(*) from history where state = 'running' and member = " + member)
                .get(0));
    }

    /** The members' states by id, all there ever were. */
    List<String> members() {
        return rows("select id, state from member order by id");
    }

    /** Each row as text, its columns divided by blanks. */
    private List<String> rows(String sql) {
        try (Connection connection = source.connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> all = new ArrayList<>();
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(rows.getString(i));
                }
                all.add(String.join(" ", row));
            }
            return all;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void update(String sql) {
        try (Connection connection = source.connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
