package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.playbook.Exit.Cause;
import org.taskcenter.playbook.Exit.NodeResult;
import org.taskcenter.testing.SeenProcess;

/** However a run ends, nothing of it is left when its end is told. */
class EndsTest {
    /** A shell that takes no notice of SIGTERM, and one that has left its session and lost its parent. */
    private static final String STUBBORN =
            "trap '' TERM; (setsid sh -c 'trap \"\" TERM; touch away; while :; do sleep 0.1; done' &); "
                    + "while :; do touch at-work; sleep 0.1; done";

    @TempDir
    private static Path folder;

    private static Stage stage;
    private final String mark = "mark-" + UUID.randomUUID();

    @BeforeAll
    static void open() throws Exception {
        stage = Stage.in(Files.createDirectory(folder.resolve("home")));
    }

    @AfterAll
    static void close() {
        stage.close();
    }

    @BeforeEach
    void begin() {
        stage.workLeft = Duration.ofSeconds(20);
        stage.awaitReady();
    }

    /** A playbook with one task, whose processes bear the mark and work in a folder of that name. */
    private Orders shell(String script) throws Exception {
        return Orders.playbook("""
                        - hosts: all
                          gather_facts: false
                          tasks:
                          - name: work
                            shell: "{{ script }}"
                            args: {chdir: "{{ there }}"}
                            environment: {MARK: "{{ mark }}"}
                        """)
                .with("\"script\": %s, \"there\": \"%s\", \"mark\": \"%s\""
                        .formatted(
                                Messages.JSON.writeValueAsString(script),
                                Files.createDirectories(folder.resolve(mark)),
                                mark));
    }

    private boolean has(String file) {
        return Files.exists(folder.resolve(mark).resolve(file));
    }

    private Recorded startStubborn() throws Exception {
        Recorded run = stage.start(shell(STUBBORN));
        Stage.await(() -> has("away") && has("at-work"));
        return run;
    }

    private void assertNothingIsLeft() throws Exception {
        assertThat(SeenProcess.with(mark)).isEmpty();
        assertThat(stage.processes()).isEmpty();
    }

    private void assertItGoesOn() throws Exception {
        stage.awaitReady();
        assertThat(stage.run(shell("true")).exit().cause()).isEqualTo(Cause.FINISHED);
        stage.assertTidy();
    }

    @Test
    void aStoppedRunIsAskedToEnd() throws Exception {
        Recorded run = stage.start(shell(
                "exec >/dev/null 2>&1; trap 'touch asked; exit 0' TERM; touch at-work; while :; do sleep 0.1; done"));
        Stage.await(() -> has("at-work"));
        run.running.stop();
        assertThat(run.exit().cause()).isEqualTo(Cause.STOPPED);
        assertNothingIsLeft();
        assertThat(has("asked")).isTrue();
        run.running.stop();
    }

    @Test
    void whatTakesNoNoticeOfAStopIsKilled() throws Exception {
        Recorded run = startStubborn();
        run.running.stop();
        assertThat(run.exit().cause()).isEqualTo(Cause.STOPPED);
        assertNothingIsLeft();
        stage.assertTidy();
    }

    @Test
    void aRunEndsWhenItsTimeIsUp() throws Exception {
        Recorded run = stage.run(shell(STUBBORN).within(Duration.ofSeconds(3)));
        assertThat(run.exit().cause()).isEqualTo(Cause.TIME_LIMIT);
        assertNothingIsLeft();
    }

    @Test
    void whatAPlaybookLeavesBehindEndsWithIt() throws Exception {
        Recorded run = stage.run(shell("(setsid sh -c 'touch away; exec sleep 600' >/dev/null 2>&1 &); "
                + "while ! test -e away; do sleep 0.1; done"));
        assertThat(run.exit().results()).containsEntry("n1", NodeResult.SUCCEEDED);
        assertThat(has("away")).isTrue();
        assertNothingIsLeft();
    }

    @Test
    void aMemberThatMayNotWorkEndsItsRuns() throws Exception {
        Recorded run = startStubborn();
        stage.workLeft = Duration.ZERO;
        assertThat(run.exit().cause()).isEqualTo(Cause.LOST);
        assertNothingIsLeft();
        assertThatExceptionOfType(Playbooks.Unavailable.class)
                .isThrownBy(() -> stage.supervisor.start(shell("true").get(), new Recorded()));
        stage.workLeft = Duration.ofSeconds(20);
        assertItGoesOn();
    }

    @Test
    void aSupervisorThatIsKilledIsReplaced() throws Exception {
        Recorded run = startStubborn();
        Stage.signal("KILL", stage.supervisor.pid());
        assertThat(run.exit().cause()).isEqualTo(Cause.LOST);
        assertNothingIsLeft();
        assertItGoesOn();
    }

    @Test
    void aSupervisorThatIsFrozenDoesNotKeepItsRunsAlive() throws Exception {
        Recorded run = startStubborn();
        long supervisor = stage.supervisor.pid();
        stage.tellWorkLeft(Duration.ofSeconds(4));
        Stage.signal("STOP", supervisor);
        Stage.await(() -> SeenProcess.with(mark).isEmpty() && stage.processes().isEmpty());
        assertThat(Files.readString(Path.of("/proc/" + supervisor + "/stat"))).contains(") T ");
        assertThat(run.isOver()).isFalse();
        Stage.signal("CONT", supervisor);
        assertThat(run.exit().cause()).isEqualTo(Cause.LOST);
        stage.workLeft = Duration.ofSeconds(20);
        assertItGoesOn();
    }

    @Test
    void aGuardThatIsKilledIsMissed() throws Exception {
        Recorded run = startStubborn();
        long guard = ProcessHandle.of(stage.supervisor.pid())
                .orElseThrow()
                .children()
                .findFirst()
                .orElseThrow()
                .pid();
        Stage.signal("KILL", guard);
        assertThat(run.exit().cause()).isEqualTo(Cause.LOST);
        assertNothingIsLeft();
        assertItGoesOn();
    }

    @Test
    void aMemberThatIsKilledLeavesNothingBehind() throws Exception {
        Path home = Files.createDirectory(folder.resolve("other"));
        String classpath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path order = Files.writeString(
                folder.resolve(mark + ".json"),
                Messages.JSON.writeValueAsString(List.of(
                        shell(STUBBORN).get().work().text(),
                        shell(STUBBORN).get().variables())));
        Process member = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classpath,
                        Member.class.getName(),
                        home.toString(),
                        order.toString())
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "member.log"))
                .start();
        try {
            Stage.await(() -> has("away") && has("at-work"));
            assertThat(SeenProcess.with(home + "/ansible")).isNotEmpty();
        } finally {
            member.destroyForcibly().waitFor();
        }
        Stage.await(() -> SeenProcess.with(mark).isEmpty()
                && SeenProcess.with(home + "/ansible").isEmpty());
    }

    /** A member of its own, which starts one run. */
    static final class Member {
        public static void main(String[] arguments) throws Exception {
            String[] order = Messages.JSON.readValue(new File(arguments[1]), String[].class);
            Stage.in(Path.of(arguments[0]))
                    .start(Orders.playbook(order[0]).variables(order[1]))
                    .exit();
        }
    }

    @Test
    void aRunThatCannotBeStartedIsLostAlone() throws Exception {
        long supervisor = stage.supervisor.pid();
        Recorded other = stage.start(shell("touch at-work; while ! test -e go; do sleep 0.1; done"));
        Stage.await(() -> has("at-work"));
        Path work = stage.home.resolve("ansible/work");
        Path away = stage.home.resolve("ansible/away");
        Files.move(work, away);
        try {
            assertThat(stage.run(shell("true")).exit().cause()).isEqualTo(Cause.LOST);
        } finally {
            Files.move(away, work);
        }
        Files.writeString(folder.resolve(mark).resolve("go"), "");
        assertThat(other.exit().results()).containsEntry("n1", NodeResult.SUCCEEDED);
        assertThat(stage.supervisor.pid()).isEqualTo(supervisor);
        assertItGoesOn();
    }

    @Test
    void aListenerThatTakesItsTimeHoldsUpItsOwnRunAlone() throws Exception {
        int count = 200;
        String tasks = IntStream.range(0, count)
                .mapToObj(i -> "{\"debug\": {\"msg\": \"{{ 'x' * 60000 }}\"}}")
                .collect(Collectors.joining(",", "[", "]"));
        CountDownLatch wakeUp = new CountDownLatch(1);
        Recorded run = new Recorded() {
            @Override
            public synchronized void happened(List<Event> happened) {
                try {
                    wakeUp.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                super.happened(happened);
            }
        };
        run.running = stage.supervisor.start(Orders.tasks(tasks).get(), run);
        for (int i = 0; i < 3; i++) {
            assertThat(stage.run(shell("true")).exit().cause()).isEqualTo(Cause.FINISHED);
        }
        run.running.stop();
        Stage.await(() -> stage.processes().isEmpty());
        assertThat(run.isOver()).isFalse();
        wakeUp.countDown();
        assertThat(run.exit().cause()).isEqualTo(Cause.STOPPED);
        assertThat(run.lines()).hasSizeLessThan(count / 2);
    }
}
