package org.taskcenter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.store.Database;
import org.taskcenter.store.Ids;
import org.taskcenter.store.Migration;
import org.taskcenter.testing.Pool;
import org.taskcenter.testing.Switch;

class MembershipTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration STOP_WORK = Duration.ofSeconds(20);
    private static final Duration BEAT = Duration.ofSeconds(5);
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final List<Long> told = new ArrayList<>();
    /** As {@link System#nanoTime()}, which may overflow at any moment. */
    private long now = Long.MAX_VALUE - 7;

    private JdbcConnectionPool pool;
    private Switch line;
    private Members members;
    private Membership membership;

    @BeforeEach
    void begin() throws SQLException {
        String name = "membership-" + DATABASES.incrementAndGet();
        new Migration(Pool.h2Settings(name)).run();
        pool = Pool.h2(name, 3);
        line = new Switch(pool);
        Database database = new Database(line.source());
        members = new Members(database);
        membership = new Membership(members, new Ids(database), "here", LEASE, STOP_WORK, () -> now, told::add);
        membership.join();
    }

    @AfterEach
    void close() {
        pool.dispose();
    }

    @Test
    void mayWorkForAsLongAsItsLastHeartbeatIsRecent() throws SQLException {
        assertThat(membership.mayWork()).isTrue();
        pass(STOP_WORK.minusNanos(1));
        assertThat(membership.mayWork()).isTrue();
        assertThat(membership.heartbeat()).isTrue();
        pass(STOP_WORK.minusNanos(1));
        assertThat(membership.mayWork()).isTrue();
        assertThat(membership.workLeft()).isEqualTo(Duration.ofNanos(1));
        pass(Duration.ofNanos(1));
        assertThat(membership.mayWork()).isFalse();
        assertThat(membership.workLeft()).isZero();
        pass(STOP_WORK);
        assertThat(membership.workLeft()).isZero();
        assertThat(membership.heartbeat()).isTrue();
        assertThat(membership.mayWork()).isTrue();
        assertThat(membership.workLeft()).isEqualTo(STOP_WORK);
    }

    @Test
    void countsTheLeaseFromWhenItAsked() throws SQLException {
        Membership slow = new Membership(
                members, new Ids(new Database(pool)), "slow", LEASE, STOP_WORK, () -> now += 1_000_000_000, id -> {});
        slow.join();
        slow.heartbeat();
        // Each look at this clock takes a second: the last one was taken before the database was asked.
        now += STOP_WORK.toNanos() - 2_000_000_000L;
        assertThat(slow.mayWork()).isTrue();
        assertThat(slow.mayWork()).isFalse();
    }

    @Test
    void judgesOthersOnlyAfterALeaseOfHeartbeats() throws SQLException {
        assertThat(membership.mayJudge()).isFalse();
        beatFor(LEASE.minus(BEAT));
        assertThat(membership.mayJudge()).isFalse();
        beatFor(BEAT);
        assertThat(membership.mayJudge()).isTrue();
    }

    @Test
    void judgesNobodyForALeaseAfterAnOutage() throws SQLException {
        beatFor(LEASE);
        line.off();
        pass(BEAT);
        assertThatThrownBy(membership::heartbeat).isInstanceOf(SQLException.class);
        line.on();
        beatFor(BEAT);
        assertThat(membership.mayJudge()).as("after one heartbeat that failed").isFalse();
        beatFor(LEASE);
        assertThat(membership.mayJudge()).isTrue();
    }

    @Test
    void judgesNobodyForALeaseAfterItWasFrozen() throws SQLException {
        beatFor(LEASE);
        pass(STOP_WORK);
        assertThat(membership.heartbeat()).isTrue();
        assertThat(membership.mayJudge()).isFalse();
        beatFor(LEASE);
        assertThat(membership.mayJudge()).isTrue();
    }

    @Test
    void learnsThatItsLeaseIsLostAndJoinsAnew() throws SQLException {
        long before = membership.id();
        execute("update member set state = 'dead'");

        assertThat(membership.heartbeat()).isFalse();
        assertThat(membership.heartbeat()).isFalse();
        membership.join();

        assertThat(membership.id()).isGreaterThan(before);
        assertThat(membership.heartbeat()).isTrue();
        assertThat(membership.mayWork()).isTrue();
        assertThat(membership.mayJudge()).isFalse();
        assertThat(told).containsExactly(before, membership.id());
    }

    @Test
    void knowsWhetherItIsAlone() throws SQLException {
        membership.heartbeat();
        assertThat(membership.isAlone()).isTrue();
        members.register(4_711, "there");
        membership.heartbeat();
        assertThat(membership.isAlone()).isFalse();
        members.retire(4_711);
        membership.heartbeat();
        assertThat(membership.isAlone()).isTrue();
    }

    @Test
    void onlyWhoHasNotBeenHeardOfForALeaseIsDeclaredDead() throws SQLException {
        members.register(4_711, "silent");
        members.register(4_712, "late");
        execute("update member set heartbeat_at = current_timestamp - interval '31' second where id = 4711");
        execute("update member set heartbeat_at = current_timestamp - interval '20' second where id = 4712");

        assertThat(members.declareDead(LEASE)).isEqualTo(1);
        assertThat(members.declareDead(LEASE)).isZero();

        assertThat(members.alive()).extracting(Members.Member::id).containsExactlyInAnyOrder(4_712L, membership.id());
        assertThat(members.alive().stream().filter(each -> each.id() == 4_712).map(Members.Member::silence))
                .allMatch(silence -> silence.compareTo(Duration.ofSeconds(20)) >= 0
                        && silence.compareTo(Duration.ofSeconds(80)) < 0);
        assertThat(members.declareDead(Duration.ofMillis(19_500))).isEqualTo(1);
    }

    @Test
    void whoHasLeftIsNotDeclaredDeadAndDoesNotComeBack() throws SQLException {
        membership.leave();

        assertThat(membership.heartbeat()).isFalse();
        execute("update member set heartbeat_at = current_timestamp - interval '1' hour");
        assertThat(members.declareDead(LEASE)).isZero();
        assertThat(members.alive()).isEmpty();
    }

    private void beatFor(Duration time) throws SQLException {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(BEAT)) {
            pass(BEAT);
            assertThat(membership.heartbeat()).isTrue();
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void execute(String sql) throws SQLException {
        try (var connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
