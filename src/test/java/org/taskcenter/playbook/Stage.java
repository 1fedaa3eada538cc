package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.taskcenter.config.AnsibleSettings;
import org.taskcenter.testing.SeenProcess;

/** A supervisor with a home of its own, for tests. */
final class Stage implements AutoCloseable {
    static final AnsibleSettings PLAIN =
            new AnsibleSettings(Optional.empty(), Optional.empty(), AnsibleSettings.HostKeys.ACCEPT_NEW, List.of(), 50);
    static final Timing QUICK =
            new Timing(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(15), Duration.ofMillis(100));
    final Path home;
    final Supervisor supervisor;
    volatile Duration workLeft = Duration.ofSeconds(20);
    private final AtomicInteger asked = new AtomicInteger();

    Stage(Path home, AnsibleSettings settings, Timing timing) {
        this.home = home;
        Ansible ansible = Ansible.find().orElseThrow(() -> new AssertionError("these tests need ansible-core"));
        supervisor = new Supervisor(ansible, settings, home, this::tellWorkLeft, Stage::thread, timing);
        awaitReady();
    }

    static Stage in(Path home) {
        return new Stage(home, PLAIN, QUICK);
    }

    private Duration tellWorkLeft() {
        asked.incrementAndGet();
        return workLeft;
    }

    /** From now on the supervisor believes this. */
    void tellWorkLeft(Duration left) {
        workLeft = left;
        int before = asked.get();
        await(() -> asked.get() > before + 2);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        return thread;
    }

    void awaitReady() {
        await(supervisor::isReady);
    }

    static void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Recorded.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .pollInterval(50, TimeUnit.MILLISECONDS)
                .until(condition);
    }

    Recorded start(Orders orders) {
        Recorded recorded = new Recorded();
        try {
            recorded.running = supervisor.start(orders.get(), recorded);
        } catch (Playbooks.Unavailable e) {
            throw new AssertionError(e);
        }
        return recorded;
    }

    Recorded run(Orders orders) {
        Recorded recorded = start(orders);
        recorded.exit();
        return recorded;
    }

    /** Processes of runs of this home. */
    List<SeenProcess> processes() {
        return SeenProcess.with(home.resolve("ansible/work") + "/");
    }

    static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Nothing that runs have had in the home is left. */
    void assertTidy() throws IOException {
        try (Stream<Path> work = Files.list(home.resolve("ansible/work"))) {
            assertThat(work.map(Path::getFileName).map(Path::toString)).containsExactly("supervisor");
        }
    }

    @Override
    public void close() {
        supervisor.close();
    }
}
