package org.taskcenter.ansible;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.taskcenter.ansible.FakePlaybooks.Played;
import org.taskcenter.playbook.Exit.Cause;
import org.taskcenter.playbook.NodeKeys;
import org.taskcenter.testing.TestStore;

/** Runs that are stopped, interrupted, lost, late or cannot begin, whatever the database. */
abstract class EndsContract extends RunsStage {
    EndsContract(TestStore store) {
        super(store);
    }

    @Test
    void aStopEndsWhatRunsAndKeepsWhatIsDone() throws Exception {
        member.playbooks.play(played -> {
            played.done("n1");
            played.untilStopped();
        });
        long id = member.runs.submit(run(3));
        patiently().until(() -> view(id).nodes().get(0).status() == Status.SUCCEEDED);

        member.runs.stop(id);

        awaitStatus(id, Status.STOPPED);
        assertThat(view(id).nodes())
                .extracting(RunView.Node::status)
                .containsExactly(Status.SUCCEEDED, Status.STOPPED, Status.STOPPED);
        assertThat(view(id).trouble()).isEmpty();
        List<String> before = counts();
        member.runs.stop(id);
        assertThat(view(id).status()).isEqualTo(Status.STOPPED);
        assertThat(counts()).isEqualTo(before);
    }

    @Test
    void aStopOrADrainEndsTheWaitingForKeys() throws Exception {
        member.drain();
        try (ServerSocket silent = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
            AnsibleMember asking =
                    new AnsibleMember(pool(), queue(), Duration.ofSeconds(2), 100_000, Optional.of(new NodeKeys(url)));
            members.add(asking);
            long id = asking.runs.submit(run(1_600));
            patiently().until(() -> number("select count(*) from ansible_run where started_at is not null") == 1);

            asking.runs.stop(id);

            awaitStatus(id, Status.STOPPED);
            execute("delete from ansible_run");
            long late = asking.runs.submit(run(1_600));
            patiently().until(() -> number("select count(*) from ansible_run where started_at is not null") == 1);
            asking.drain();
            assertThat(view(late).nodes()).extracting(RunView.Node::status).containsOnly(Status.WAITING);
            assertThat(asking.playbooks.all()).isEmpty();
        }
    }

    @Test
    void aStopEndsWhatWaits() throws Exception {
        member.playbooks.play(played -> {
            played.unreachable("n1", "no route");
            played.end();
        });
        long id = member.runs.submit(run(1));
        patiently().until(() -> number("select count(*) from task where state = 'waiting' and attempt = 1") == 1);

        member.runs.stop(id);

        assertThat(view(id).status()).isEqualTo(Status.STOPPED);
        assertThat(view(id).nodes()).extracting(RunView.Node::status).containsExactly(Status.STOPPED);
    }

    @Test
    void aStopEndsAllShares() throws Exception {
        member.playbooks.play(played -> {
            if (played.nodes().contains("n1")) {
                played.succeed();
            } else {
                played.untilStopped();
            }
        });
        long id = member.runs.submit(of("orion", null, true, 30, 0, 4));
        patiently().until(() -> member.playbooks.all().size() == 5);

        member.runs.stop(id);

        awaitStatus(id, Status.STOPPED);
        assertThat(view(id).nodes().get(0).status()).isEqualTo(Status.SUCCEEDED);
        assertThat(view(id).nodes().subList(1, 30))
                .extracting(RunView.Node::status)
                .containsOnly(Status.STOPPED);
        assertThat(member.playbooks.all()).hasSize(5);
    }

    @Test
    void whatIsInterruptedGoesOnElsewhereWithTheNodesThatAreNotDone() throws Exception {
        member.playbooks.play(played -> {
            played.done("n1");
            played.untilStopped();
        });
        long id = member.runs.submit(run(3));
        patiently().until(() -> view(id).nodes().get(0).status() == Status.SUCCEEDED);

        member.drain();
        assertThat(view(id).status()).isEqualTo(Status.RUNNING);
        assertThat(view(id).nodes())
                .extracting(RunView.Node::status)
                .containsExactly(Status.SUCCEEDED, Status.WAITING, Status.WAITING);
        AnsibleMember next = start();

        awaitStatus(id, Status.SUCCEEDED);
        assertThat(next.playbooks.times()).isEqualTo(Map.of("n2", 1, "n3", 1));
        assertThat(member.runs.lines(member.runs.lastLines(id)))
                .extracting(LogLine::node)
                .containsExactly("n1", "n2", "n3");
    }

    @Test
    void whatIsLostIsDoneAgain() throws Exception {
        AtomicInteger times = new AtomicInteger();
        member.playbooks.play(played -> {
            if (times.incrementAndGet() == 1) {
                played.done("n1");
                played.end(Cause.LOST, "the supervisor has died");
            } else {
                played.succeed();
            }
        });
        long id = member.runs.submit(run(2));

        awaitStatus(id, Status.SUCCEEDED);

        assertThat(member.playbooks.times()).isEqualTo(Map.of("n1", 1, "n2", 2));
        assertThat(number("select count(*) from attempt where outcome = 'interrupted'"))
                .isEqualTo(1);
    }

    @Test
    void nothingIsStoredForAClaimThatAnotherHas() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        member.playbooks.play(played -> {
            played.done("n1");
            awaits(go);
            played.done("n2");
            told.countDown();
            played.untilStopped();
        });
        long id = member.runs.submit(run(3));
        patiently().until(() -> view(id).nodes().get(0).status() == Status.SUCCEEDED);

        execute("update task set epoch = epoch + 1 where id = " + id);
        go.countDown();

        assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
        patiently().until(() -> member.playbooks.all().get(0).isStopped());
        patiently().until(() -> member.playbooks.all().get(0).isOver());
        patiently().until(() -> member.dispatcher.running() == 0);
        assertThat(view(id).nodes())
                .extracting(RunView.Node::status)
                .containsExactly(Status.SUCCEEDED, Status.RUNNING, Status.RUNNING);
        assertThat(number("select count(*) from run_log")).isEqualTo(1);
    }

    @Test
    void aRunThatIsOutOfTimeFails() throws Exception {
        member.playbooks.play(played -> {
            played.done("n1");
            played.end(Cause.TIME_LIMIT, null);
        });
        long id = member.runs.submit(run(2));

        awaitStatus(id, Status.PARTLY);

        assertThat(view(id).trouble().orElseThrow()).isEqualTo("n2: the time limit of 3600 s was up");
    }

    @Test
    void theTimeOfARunCountsFromItsFirstStart() throws Exception {
        member.playbooks.play(played -> {
            played.unreachable("n1", "no route");
            played.end();
        });
        long id = member.runs.submit(run(1));
        patiently().until(() -> number("select count(*) from task where state = 'waiting' and attempt = 1") == 1);

        execute("update ansible_run set started_at = started_at - interval '2' hour");
        beDue();

        awaitStatus(id, Status.FAILED);
        assertThat(member.playbooks.all()).hasSize(1);
        assertThat(view(id).trouble().orElseThrow()).contains("time limit");
    }

    @Test
    void whereNothingCanBeStartedItIsTriedAgain() throws Exception {
        member.playbooks.beUnavailable(true);
        long id = member.runs.submit(run(1));
        patiently().until(() -> number("select count(*) from task where state = 'waiting' and epoch = 1") == 1);

        member.playbooks.beUnavailable(false);
        beDue();

        awaitStatus(id, Status.SUCCEEDED);
    }

    @Test
    void aJobThatDoesNotStartIsStartedAgain() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        member.start((name, parameters) -> {
            if (tries.incrementAndGet() == 2) {
                member.start(null);
            }
            throw new Jobs.NotStarted(new IllegalStateException("no thread"));
        });
        long id = member.runs.submit(run(1));

        awaitStatus(id, Status.SUCCEEDED);

        assertThat(tries).hasValue(2);
        assertThat(member.playbooks.times()).isEqualTo(Map.of("n1", 1));
    }

    @Test
    void aJobThatNeverBeginsIsGivenUp() throws Exception {
        member.start((name, parameters) -> member.start(null));
        long id = member.runs.submit(run(1));

        awaitStatus(id, Status.SUCCEEDED);

        assertThat(member.playbooks.times()).isEqualTo(Map.of("n1", 1));
    }

    @Test
    void aJobThatDiesBetweenItsStepsIsSettledAllTheSame() throws Exception {
        member.start((name, parameters) -> {
            Play play = member.play(parameters);
            new Thread(play::play).start();
        });
        long id = member.runs.submit(run(1));

        awaitStatus(id, Status.SUCCEEDED);

        assertThat(member.playbooks.times()).isEqualTo(Map.of("n1", 1));
        assertThat(number("select count(*) from attempt")).isEqualTo(1);
    }

    @Test
    void aRunThatIsGivenUpHasFailed() throws Exception {
        for (boolean parallel : new boolean[] {false, true}) {
            member.playbooks.play(Played::untilStopped);
            long id = member.runs.submit(of("orion", null, parallel, 1, 0));
            patiently().until(() -> member.playbooks.underWay().size() == 1);

            execute("update task set rescues = 2, member = 4711 where state = 'running'");

            awaitStatus(id, Status.FAILED);
            assertThat(view(id).trouble().orElseThrow()).contains("the centre failed at it");
            member.playbooks.all().forEach(Played::stop);
        }
    }
}
