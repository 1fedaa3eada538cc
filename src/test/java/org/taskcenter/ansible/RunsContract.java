package org.taskcenter.ansible;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskcenter.ansible.FakePlaybooks.Played;
import org.taskcenter.playbook.Event;
import org.taskcenter.playbook.Exit.Cause;
import org.taskcenter.playbook.Exit.NodeResult;
import org.taskcenter.playbook.NodeKeys;
import org.taskcenter.task.Queue;

/** What becomes of runs, whatever the database. */
abstract class RunsContract {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Work TASKS = new Work(Work.Kind.TASKS, "[{\"ping\":null}]");
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final List<AnsibleMember> members = new ArrayList<>();
    private AnsibleMember member;

    /** A database with the schema. */
    abstract JdbcConnectionPool pool();

    abstract Queue queue();

    @BeforeEach
    void begin() throws SQLException {
        for (String table : List.of(
                "run_log", "ansible_share", "ansible_node", "ansible_run", "attempt", "task", "lane", "member")) {
            execute("delete from " + table);
        }
        member = start();
    }

    @AfterEach
    void close() {
        members.forEach(each -> each.playbooks.all().forEach(Played::stop));
        members.forEach(AnsibleMember::close);
    }

    private AnsibleMember start() throws SQLException {
        AnsibleMember started = new AnsibleMember(pool(), queue(), Duration.ofSeconds(2), 100_000);
        members.add(started);
        return started;
    }

    @Test
    void aRunIsOnePlaybookOverAllItsNodes() throws Exception {
        NewRun run = run(3);
        long id = member.runs.submit(run);

        awaitStatus(id, Status.SUCCEEDED);

        assertThat(member.playbooks.all()).hasSize(1);
        Played played = member.playbooks.all().get(0);
        assertThat(played.nodes()).containsExactly("n1", "n2", "n3");
        assertThat(played.order.forks()).isEqualTo(5);
        assertThat(played.order.user()).isEqualTo("root");
        assertThat(played.order.variables()).isEqualTo("{\"secret\":\"hidden\"}");
        assertThat(played.order.work().text()).isEqualTo(TASKS.text());
        assertThat(played.order.limit()).isBetween(Duration.ofSeconds(3_500), Duration.ofSeconds(3_600));
        RunView view = view(id);
        assertThat(view.nodes())
                .extracting(RunView.Node::name, RunView.Node::status)
                .containsExactly(
                        tuple("n1", Status.SUCCEEDED), tuple("n2", Status.SUCCEEDED), tuple("n3", Status.SUCCEEDED));
        assertThat(view.trouble()).isEmpty();
        assertThat(view.updated()).isAfterOrEqualTo(view.created());
        assertThat(member.runs.lines(member.runs.lastLines(id)))
                .extracting(LogLine::node)
                .containsExactly("n1", "n2", "n3");
    }

    @Test
    void aRunHasNoMoreForksThanThereMayBe() throws Exception {
        long id = member.runs.submit(of("orion", null, false, 1, 0, 1_000_000));

        awaitStatus(id, Status.SUCCEEDED);

        assertThat(member.playbooks.all().get(0).order.forks()).isEqualTo(8);
    }

    @Test
    void whatMayHoldSecretsIsSealed() throws Exception {
        long id = member.runs.submit(run(1));

        byte[] content = bytes("select content from ansible_run where task_id = " + id);

        assertThat(new String(content, StandardCharsets.ISO_8859_1))
                .doesNotContain("hidden")
                .doesNotContain("ping");
    }

    @Test
    void aNameIsTakenByOneRunOfAnySource() throws Exception {
        NewRun first = run(2);
        member.runs.submit(first);
        List<String> before = counts();

        assertThatThrownBy(() -> member.runs.submit(first)).isInstanceOf(DuplicateName.class);
        assertThatThrownBy(() -> member.runs.submit(of("hubble", first.name(), true, 3, 0)))
                .isInstanceOf(DuplicateName.class);

        assertThat(counts()).isEqualTo(before);
    }

    @Test
    void ofManyWithOneNameOneIsStored() throws Exception {
        String name = "same-" + NAMES.incrementAndGet();
        AtomicInteger stored = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        List<Thread> threads = IntStream.range(0, 6)
                .mapToObj(i -> new Thread(() -> {
                    try {
                        member.runs.submit(of("source-" + i % 2, name, i % 3 == 0, 2, 0));
                        stored.incrementAndGet();
                    } catch (DuplicateName e) {
                        refused.incrementAndGet();
                    } catch (SQLException | NoRoom e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(stored).hasValue(1);
        assertThat(refused).hasValue(5);
        assertThat(number("select count(*) from ansible_run")).isEqualTo(1);
        assertThat(number("select count(*) from task where kind = 'run'")).isEqualTo(1);
    }

    @Test
    void aParallelRunIsDealtOutAsManySharesAtATimeAsItSays() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        member.playbooks.play(played -> {
            awaits(go);
            played.succeed();
        });
        long id = member.runs.submit(of("orion", null, true, 9, 0, 3));

        patiently().until(() -> member.playbooks.all().size() == 3);
        assertThat(view(id).status()).isEqualTo(Status.RUNNING);
        assertThat(view(id).nodes().stream().filter(node -> node.status() == Status.RUNNING))
                .hasSize(3);
        go.countDown();

        awaitStatus(id, Status.SUCCEEDED);
        assertThat(member.playbooks.times().values()).containsOnly(1).hasSize(9);
        assertThat(member.playbooks.all())
                .allSatisfy(played -> assertThat(played.nodes()).hasSize(1));
        assertThat(member.runs.lines(member.runs.lastLines(id))).hasSize(9);
        assertThat(member.runs.lastLinesByNode(id)).hasSize(9);
        assertThat(number("select open_shares from ansible_run")).isZero();
        assertThat(number("select count(*) from task where state = 'succeeded'"))
                .isEqualTo(10);
    }

    @Test
    void whatFailsOnSomeNodesHasSucceededPartly() throws Exception {
        for (boolean parallel : new boolean[] {false, true}) {
            member.playbooks.play(played -> {
                for (String node : played.nodes()) {
                    if (node.equals("n2")) {
                        played.failed(node, "no such module");
                    } else {
                        played.done(node);
                    }
                }
                played.end();
            });
            long id = member.runs.submit(of("orion", null, parallel, 3, 0));

            awaitStatus(id, Status.PARTLY);

            assertThat(view(id).nodes())
                    .extracting(RunView.Node::status)
                    .containsExactly(Status.SUCCEEDED, Status.FAILED, Status.SUCCEEDED);
            assertThat(view(id).trouble().orElseThrow()).isEqualTo("n2: ping: no such module");
        }
    }

    @Test
    void whatFailsOnAllNodesHasFailed() throws Exception {
        for (boolean parallel : new boolean[] {false, true}) {
            member.playbooks.play(played -> {
                played.nodes().forEach(node -> played.failed(node, "no"));
                played.end();
            });
            long id = member.runs.submit(of("orion", null, parallel, 20, 0));

            awaitStatus(id, Status.FAILED);

            assertThat(view(id).trouble().orElseThrow())
                    .startsWith("n1: ping: no; n2: ping: no; ")
                    .endsWith("; and 10 more");
            assertThat(number("select count(*) from task where state = 'failed'"))
                    .isEqualTo(parallel ? 22 : 1);
        }
    }

    @Test
    void whatAnsibleCannotBeginFailsWithItsReason() throws Exception {
        for (boolean parallel : new boolean[] {false, true}) {
            member.playbooks.play(played -> played.end(Cause.FINISHED, "couldn't resolve module"));
            long id = member.runs.submit(of("orion", null, parallel, 2, 3));

            awaitStatus(id, Status.FAILED);

            assertThat(view(id).trouble().orElseThrow()).contains("couldn't resolve module");
            assertThat(view(id).nodes()).extracting(RunView.Node::status).containsOnly(Status.FAILED);
        }
    }

    @Test
    void aNodeThatNoPlayIsForHasFailed() throws Exception {
        member.playbooks.play(played -> {
            played.done("n1");
            played.end();
        });
        long id = member.runs.submit(run(2));

        awaitStatus(id, Status.PARTLY);

        assertThat(view(id).trouble().orElseThrow()).startsWith("n2: no play");
    }

    @Test
    void anUnreachableNodeIsTriedTwiceMoreAndOnesThatAreDoneAreNot() throws Exception {
        member.playbooks.play(played -> {
            for (String node : played.nodes()) {
                if (node.equals("n2")) {
                    played.unreachable(node, "no route");
                } else {
                    played.done(node);
                }
            }
            played.end();
        });
        long id = member.runs.submit(run(3));

        for (int tries = 1; tries <= 2; tries++) {
            int times = tries;
            patiently()
                    .until(() ->
                            number("select count(*) from task where state = 'waiting' and attempt = " + times) == 1);
            long pause = number("select extract(epoch from t.run_at - a.ended_at) from task t join attempt a"
                    + " on a.task_id = t.id and a.number = t.attempt");
            assertThat(pause).isBetween(tries == 1 ? 4L : 19L, tries == 1 ? 6L : 21L);
            assertThat(view(id).status()).isEqualTo(Status.RUNNING);
            assertThat(view(id).nodes())
                    .extracting(RunView.Node::status)
                    .containsExactly(Status.SUCCEEDED, Status.WAITING, Status.SUCCEEDED);
            beDue();
        }

        awaitStatus(id, Status.PARTLY);
        assertThat(member.playbooks.times()).isEqualTo(Map.of("n1", 1, "n2", 3, "n3", 1));
        assertThat(view(id).trouble().orElseThrow()).isEqualTo("n2: unreachable: no route");
    }

    @Test
    void aFailedNodeIsTriedAgainWhereThatIsAskedFor() throws Exception {
        AtomicInteger times = new AtomicInteger();
        member.playbooks.play(played -> {
            if (times.incrementAndGet() < 3) {
                played.failed("n1", "not yet");
                played.end();
            } else {
                played.succeed();
            }
        });
        long id = member.runs.submit(of("orion", null, false, 1, 2));

        awaitStatus(id, Status.SUCCEEDED);

        assertThat(times).hasValue(3);
        assertThat(view(id).trouble()).isEmpty();
    }

    @Test
    void aNodeThatHasFailedForGoodHasItsResultAtOnceAndKeepsIt() throws Exception {
        for (Cause cause : List.of(Cause.FINISHED, Cause.STOPPED, Cause.TIME_LIMIT, Cause.LOST)) {
            AtomicInteger times = new AtomicInteger();
            CountDownLatch go = new CountDownLatch(1);
            member.playbooks.play(played -> {
                if (times.incrementAndGet() > 1) {
                    played.succeed();
                    return;
                }
                played.through("n1", NodeResult.FAILED, "no");
                if (cause == Cause.STOPPED) {
                    played.untilStopped();
                    return;
                }
                awaits(go);
                if (cause == Cause.FINISHED) {
                    played.done("n2");
                }
                played.end(cause, null);
            });
            long id = member.runs.submit(run(2));

            patiently().until(() -> view(id).nodes().get(0).status() == Status.FAILED);
            assertThat(view(id).status()).isEqualTo(Status.RUNNING);
            if (cause == Cause.STOPPED) {
                member.runs.stop(id);
            }
            go.countDown();

            patiently().until(() -> number("select count(*) from task where state in ('waiting', 'running')") == 0);
            Status end = switch (cause) {
                case STOPPED -> Status.STOPPED;
                case TIME_LIMIT -> Status.FAILED;
                case FINISHED, LOST -> Status.SUCCEEDED;
            };
            assertThat(view(id).nodes())
                    .as(cause.name())
                    .extracting(RunView.Node::status)
                    .containsExactly(Status.FAILED, end);
            assertThat(text("select err from ansible_node where run_id = " + id + " and idx = 0"))
                    .isEqualTo("ping: no");
            assertThat(times).hasValue(cause == Cause.LOST ? 2 : 1);
            assertThat(number("select count(*) from run_log where node = 'n1' and run_id = " + id))
                    .isEqualTo(1);
        }
    }

    @Test
    void aNodeWaitsUntilSomethingIsBegunOnIt() throws Exception {
        member.playbooks.play(Played::untilStopped);
        long id = member.runs.submit(of("orion", null, false, 3, 0, 2));

        patiently().until(() -> view(id).nodes().get(1).status() == Status.RUNNING);

        assertThat(view(id).nodes())
                .extracting(RunView.Node::status)
                .containsExactly(Status.RUNNING, Status.RUNNING, Status.WAITING);
        member.runs.stop(id);
        awaitStatus(id, Status.STOPPED);
        assertThat(view(id).nodes()).extracting(RunView.Node::status).containsOnly(Status.STOPPED);
    }

    @Test
    void aNodeThatIsTriedAgainHasNoResultBefore() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger times = new AtomicInteger();
        member.playbooks.play(played -> {
            if (times.incrementAndGet() == 1) {
                played.through("n1", NodeResult.FAILED, "not yet");
                played.through("n2", NodeResult.UNREACHABLE, "no route");
                awaits(go);
                played.end();
            } else {
                played.succeed();
            }
        });
        long id = member.runs.submit(of("orion", null, false, 2, 1));
        patiently().until(() -> number("select count(*) from run_log") == 2);

        assertThat(view(id).nodes()).extracting(RunView.Node::status).containsOnly(Status.RUNNING);
        go.countDown();
        patiently().until(() -> number("select count(*) from task where state = 'waiting' and attempt = 1") == 1);
        beDue();

        awaitStatus(id, Status.SUCCEEDED);
        assertThat(member.playbooks.times()).isEqualTo(Map.of("n1", 2, "n2", 2));
    }

    @Test
    void aNodeThatWasUnreachableForTheLastTimeHasItsResultAtOnce() throws Exception {
        member.playbooks.play(played -> {
            played.through("n1", NodeResult.UNREACHABLE, "no route");
            if (member.playbooks.all().size() == 3) {
                played.untilStopped();
            } else {
                played.end();
            }
        });
        long id = member.runs.submit(run(2));
        for (int tries = 1; tries <= 2; tries++) {
            int times = tries;
            patiently()
                    .until(() ->
                            number("select count(*) from task where state = 'waiting' and attempt = " + times) == 1);
            beDue();
        }

        patiently().until(() -> view(id).nodes().get(0).status() == Status.FAILED);
        assertThat(text("select err from ansible_node where idx = 0")).isEqualTo("unreachable: no route");
        assertThat(number("select unreachable from ansible_node where idx = 0")).isEqualTo(3);
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
    void whyItWasLostIsForgottenWhenItIsDoneAgain() throws Exception {
        AtomicInteger times = new AtomicInteger();
        member.playbooks.play(played -> {
            if (times.incrementAndGet() == 1) {
                played.end(Cause.LOST, "the supervisor has died");
            } else {
                played.failed("n1", "no");
                played.end();
            }
        });
        long id = member.runs.submit(run(1));

        awaitStatus(id, Status.FAILED);

        assertThat(view(id).trouble().orElseThrow()).isEqualTo("n1: ping: no");
    }

    @Test
    void whatAnsibleSaysOfATryIsForgottenWhenTheNextOneDoesBetter() throws Exception {
        AtomicInteger times = new AtomicInteger();
        member.playbooks.play(played -> {
            played.failed("n1", "no");
            if (times.incrementAndGet() == 1) {
                played.end(Cause.FINISHED, "something went wrong");
            } else {
                played.end();
            }
        });
        long id = member.runs.submit(of("orion", null, false, 1, 1));

        awaitStatus(id, Status.FAILED);

        assertThat(times).hasValue(2);
        assertThat(view(id).trouble().orElseThrow()).isEqualTo("n1: ping: no");
    }

    @Test
    void reasonsAreKeptOfTheNodesOfTheRunAlone() throws Exception {
        Play[] play = new Play[1];
        member.start((name, parameters) -> {
            play[0] = member.play(parameters);
            new Thread(() -> {
                        play[0].play();
                        play[0].settle();
                    })
                    .start();
        });
        member.playbooks.play(played -> {
            for (int i = 0; i < 100; i++) {
                played.line("host-" + i, "ping", Event.Status.FAILED, "no");
            }
            played.failed("n1", "no");
            played.end();
        });
        long id = member.runs.submit(run(1));

        awaitStatus(id, Status.FAILED);

        assertThat(play[0].reasons()).isEqualTo(1);
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
    void noTransactionIsOpenWhileAnsibleWorks() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        member.playbooks.play(played -> {
            awaits(go);
            played.succeed();
        });
        long id = member.runs.submit(run(1));
        patiently().until(() -> !member.playbooks.all().isEmpty());

        patiently().until(() -> pool().getActiveConnections() == 0);
        go.countDown();

        awaitStatus(id, Status.SUCCEEDED);
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

    @Test
    void whatBelongsTogetherIsReadInPagesAndByNode() throws Exception {
        member.playbooks.play(played -> {
            played.failed("n1", "broken");
            played.done("n2");
            played.end();
        });
        NewRun one = run(2);
        long first = member.runs.submit(one);
        awaitStatus(first, Status.PARTLY);
        long second = member.runs.submit(of("orion", null, false, 2, 0));
        awaitStatus(second, Status.PARTLY);

        List<LogLine> page = member.runs.flow("1-1", "orion", null, 0, 3);
        List<LogLine> rest = member.runs.flow("1-1", "orion", null, page.get(2).id(), 3);

        assertThat(page).extracting(LogLine::node).containsExactly("n1", "n2", "n1");
        assertThat(rest).extracting(LogLine::node).containsExactly("n2");
        assertThat(Runs.reason(page.get(0))).isEqualTo("broken");
        assertThat(page.get(1).stdout()).isNull();
        assertThat(member.runs.flow("1-1", "orion", "n2", 0, 10)).hasSize(2);
        assertThat(member.runs.flow("1-1", "hubble", null, 0, 10)).isEmpty();
        assertThat(member.runs.flow("2-1", "orion", null, 0, 10)).isEmpty();
    }

    @Test
    void ofWhatIsLongTheBeginningIsReadWithManyLines() throws Exception {
        Instant now = Instant.now();
        String smile = "\ud83d\ude00";
        String text = "x".repeat(4_000) + smile.repeat(30_000);
        member.playbooks.play(played -> {
            for (Event.Status status : List.of(Event.Status.FAILED, Event.Status.OK)) {
                played.happened(new Event.Line("n1", "long", status, false, true, now, now, text, 1, text, text, text));
            }
            played.succeed();
        });
        long id = member.runs.submit(run(1));
        awaitStatus(id, Status.SUCCEEDED);

        List<LogLine> page = member.runs.flow("1-1", "orion", null, 0, 2);

        assertThat(page.get(0).cmd()).isNull();
        for (String read :
                List.of(page.get(0).msg(), page.get(0).stdout(), page.get(0).stderr())) {
            assertThat(read).hasSizeLessThan(9_000);
        }
        assertThat(Runs.reason(page.get(0))).startsWith("xxx").contains(smile);
        assertThat(page.get(1).msg()).isNull();
        assertThat(member.runs.lines(List.of(page.get(0).id())).get(0).msg()).isEqualTo(text);
    }

    @Test
    void textThatNoDatabaseTakesIsStoredAllTheSame() throws Exception {
        Instant now = Instant.now();
        member.playbooks.play(played -> {
            played.happened(new Event.Line(
                    "n1", "a\0b", Event.Status.OK, false, true, now, now, "cmd\0", 0, "\ud800", "", "\0"));
            played.happened(new Event.Line(
                    "added-by-itself", "", Event.Status.SKIPPED, false, false, now, now, null, null, null, null, null));
            played.succeed();
        });
        long id = member.runs.submit(run(1));

        awaitStatus(id, Status.SUCCEEDED);

        List<LogLine> lines = member.runs.lines(member.runs.lastLines(id));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).task()).isEqualTo("a\ufffdb");
        assertThat(lines.get(0).stdout()).isEqualTo("\ufffd");
        assertThat(lines.get(1).rc()).isNull();
        assertThat(member.runs.lastLinesByNode(id)).containsOnlyKeys(0);
    }

    @Test
    void manyLinesAreStoredInOrderAndReadInPages() throws Exception {
        int groups = 200;
        int each = 500;
        Instant now = Instant.now();
        member.playbooks.play(played -> {
            for (int i = 0; i < groups; i++) {
                Event[] lines = new Event[each];
                for (int j = 0; j < each; j++) {
                    lines[j] = new Event.Line(
                            "n1",
                            "t" + (i * each + j),
                            Event.Status.OK,
                            false,
                            true,
                            now,
                            now,
                            "echo",
                            0,
                            "out",
                            "",
                            null);
                }
                played.happened(lines);
            }
            played.succeed();
        });
        long id = member.runs.submit(run(1));
        awaitStatus(id, Status.SUCCEEDED);

        long after = 0;
        int read = 0;
        List<LogLine> page;
        do {
            page = member.runs.flow("1-1", "orion", null, after, 1_000);
            for (LogLine line : page) {
                assertThat(line.id()).isGreaterThan(after);
                after = line.id();
            }
            read += page.size();
        } while (!page.isEmpty());

        assertThat(read).isEqualTo(groups * each + 1);
    }

    @Test
    void onlyTheLastThousandLinesAreShown() throws Exception {
        Instant now = Instant.now();
        member.playbooks.play(played -> {
            for (int i = 0; i < 12; i++) {
                Event[] lines = new Event[100];
                for (int j = 0; j < 100; j++) {
                    lines[j] = new Event.Line(
                            "n1",
                            "t" + (i * 100 + j),
                            Event.Status.OK,
                            false,
                            false,
                            now,
                            now,
                            null,
                            null,
                            null,
                            null,
                            null);
                }
                played.happened(lines);
            }
            played.succeed();
        });
        long id = member.runs.submit(run(1));
        awaitStatus(id, Status.SUCCEEDED);

        List<Long> ids = member.runs.lastLines(id);

        assertThat(ids).hasSize(1_000).isSorted();
        assertThat(member.runs.lines(ids.subList(0, 1)).get(0).task()).isEqualTo("t201");
    }

    @Test
    void whereTooMuchWaitsNothingIsTaken() throws Exception {
        AnsibleMember full = new AnsibleMember(pool(), queue(), Duration.ofSeconds(2), 5);
        members.add(full);
        List<String> before = counts();

        assertThatThrownBy(() -> full.runs.submit(of("orion", null, true, 10, 0)))
                .isInstanceOf(NoRoom.class);

        assertThat(counts()).isEqualTo(before);
    }

    @Test
    void aNameMayHave255CharactersOfAnyKind() throws Exception {
        String name = "\ud83d\ude00".repeat(255);

        long id = member.runs.submit(of("orion", name, false, 1, 0));

        assertThat(member.runs.find(null, name, source -> true).orElseThrow().id())
                .isEqualTo(id);
    }

    @Test
    void aRunIsFoundByNumberByNameOrByBoth() throws Exception {
        NewRun run = run(1);
        long id = member.runs.submit(run);
        long other = member.runs.submit(run(1));

        assertThat(member.runs.find(id, null, source -> true).orElseThrow().id())
                .isEqualTo(id);
        assertThat(member.runs
                        .find(null, run.name(), source -> true)
                        .orElseThrow()
                        .id())
                .isEqualTo(id);
        assertThat(member.runs.find(id, run.name(), source -> true)).isPresent();
        assertThat(member.runs.find(other, run.name(), source -> true)).isEmpty();
        assertThat(member.runs.find(id, null, source -> false)).isEmpty();
        assertThat(member.runs.find(4_711_000_000L, null, source -> true)).isEmpty();
    }

    private static NewRun run(int nodes) {
        return of("orion", null, false, nodes, 0);
    }

    private static NewRun of(String source, String name, boolean parallel, int nodes, int retries) {
        return of(source, name, parallel, nodes, retries, 5);
    }

    private static NewRun of(String source, String name, boolean parallel, int nodes, int retries, int forks) {
        return new NewRun(
                name == null ? "run-" + NAMES.incrementAndGet() : name,
                source,
                "1-1",
                parallel,
                AnsibleMember.nodes(nodes),
                TASKS,
                "{\"secret\":\"hidden\"}",
                "root",
                forks,
                retries,
                false,
                List.of(),
                List.of(),
                Duration.ofHours(1));
    }

    private RunView view(long id) throws SQLException {
        return member.runs.find(id, null, source -> true).orElseThrow();
    }

    private void awaitStatus(long id, Status status) {
        patiently().untilAsserted(() -> assertThat(view(id).status()).isEqualTo(status));
    }

    private static ConditionFactory patiently() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
    }

    private void beDue() throws SQLException {
        execute("update task set run_at = current_timestamp where state = 'waiting' and kind = 'run'");
        member.dispatcher.look();
    }

    private static void awaits(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> counts() throws SQLException {
        List<String> counts = new ArrayList<>();
        for (String table : List.of("task", "ansible_run", "ansible_node", "ansible_share")) {
            counts.add(table + " " + number("select count(*) from " + table));
        }
        return counts;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = pool().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = pool().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return Math.round(row.getDouble(1));
        }
    }

    private String text(String sql) throws SQLException {
        try (Connection connection = pool().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private byte[] bytes(String sql) throws SQLException {
        try (Connection connection = pool().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getBytes(1);
        }
    }
}
