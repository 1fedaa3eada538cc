package org.taskcenter.ansible;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.taskcenter.ansible.FakePlaybooks.Played;
import org.taskcenter.testing.TestStore;

/** What is handed in, how it is found, and what it is made of, whatever the database. */
abstract class RunsContract extends RunsStage {
    RunsContract(TestStore store) {
        super(store);
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
}
