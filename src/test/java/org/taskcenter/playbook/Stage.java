package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.taskcenter.config.AnsibleSettings;

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

    /** Processes that have this text among their arguments, in their environment or in the name of their folder. */
    static List<Long> processes(String mark) throws IOException {
        List<Long> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path each : all.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .toList()) {
                if (contains(each.resolve("cmdline"), mark)
                        || contains(each.resolve("environ"), mark)
                        || isIn(each, mark)) {
                    found.add(Long.valueOf(each.getFileName().toString()));
                }
            }
        }
        return found;
    }

    private static boolean isIn(Path process, String mark) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).toString().contains(mark);
        } catch (IOException e) {
            return false; // it has ended, or is the kernel's
        }
    }

    /** Processes of runs of this home. */
    List<Long> processes() throws IOException {
        return processes(home.resolve("ansible/work") + "/");
    }

    static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private static boolean contains(Path file, String mark) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(mark);
        } catch (IOException e) {
            return false; // it has ended
        }
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
