package org.taskcenter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.taskcenter.task.Attempt;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;
import org.taskcenter.testing.TestStore;

class PostgresQueueTest extends QueueContract {
    private static final TestStore STORE = TestStore.postgres(10).with("""
                        create table transition (before text, after text);
                        create function note_transition() returns trigger language plpgsql as $$
                        begin
                            insert into transition values (old.state, new.state);
                            return null;
                        end $$;
                        create trigger note_transition after update on task
                            for each row when (old.generation = new.generation) execute function note_transition()""");

    @Override
    TestStore store() {
        return STORE;
    }

    @Test
    void refusesANulInABodyAndStoresNothingOfTheGroup() throws SQLException {
        int lane = lane("a", "x");
        add(lane, drafts("a", "x", "1", "2"));
        var claims = claim(lane, 2);
        Claim good = claims.get(0);
        Claim bad = claims.get(1);
        Attempt nul = new Attempt(Attempt.Outcome.DONE, 200, "a\0b", false, Duration.ZERO);

        assertThatThrownBy(
                        () -> settle(ended(good, TaskState.SUCCEEDED), Settlement.ended(bad, TaskState.SUCCEEDED, nul)))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(Database.isOutage(e)).isFalse());

        assertThat(count("state = 'running'")).isEqualTo(2);
        assertThat(settle(ended(good, TaskState.SUCCEEDED)).now()).containsExactly(TaskState.SUCCEEDED);
    }
}
