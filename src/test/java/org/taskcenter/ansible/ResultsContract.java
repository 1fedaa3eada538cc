package org.taskcenter.ansible;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.taskcenter.ansible.FakePlaybooks.Played;
import org.taskcenter.playbook.Event;
import org.taskcenter.playbook.Exit.Cause;
import org.taskcenter.playbook.Exit.NodeResult;
import org.taskcenter.testing.TestStore;

/** What becomes of the nodes of runs, and which are tried again, whatever the database. */
abstract class ResultsContract extends RunsStage {
    ResultsContract(TestStore store) {
        super(store);
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

            assertThat(view(id).trouble().orElseThrow())
                    .isEqualTo(
                            parallel
                                    ? "n1: couldn't resolve module; n2: couldn't resolve module"
                                    : "couldn't resolve module");
            assertThat(view(id).nodes()).extracting(RunView.Node::status).containsOnly(Status.FAILED);
        }
    }

    @Test
    void aNodeThatIsCutOffByFailuresOfOthersSaysSoAndIsTriedAgainAsTheyAre() throws Exception {
        member.playbooks.play(played -> {
            played.failed("n1", "no");
            played.cutOff("n2");
            played.end();
        });
        long id = member.runs.submit(of("orion", null, false, 2, 1));
        patiently().until(() -> number("select count(*) from task where state = 'waiting' and attempt = 1") == 1);
        beDue();

        awaitStatus(id, Status.FAILED);

        assertThat(view(id).trouble().orElseThrow())
                .isEqualTo(
                        "n1: ping: no; n2: the play had ended before this node was done, because of failures on others");
        assertThat(member.playbooks.times()).isEqualTo(Map.of("n1", 2, "n2", 2));
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
}
