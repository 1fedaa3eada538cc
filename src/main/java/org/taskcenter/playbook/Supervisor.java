package org.taskcenter.playbook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.taskcenter.config.AnsibleSettings;

/**
 * Runs playbooks by a process of its own, outside the JVM. That one has Ansible imported and forks for each run; beside each run
 * a guard sees to it that the run ends when it must, whatever becomes of the supervisor and of the JVM. A supervisor that dies is
 * replaced; its runs are reported as lost when none of their processes is left.
 */
public final class Supervisor implements Playbooks, AutoCloseable {
    private static final long LOOK_MILLIS = 250;
    private static final int MOST_DOUBLINGS = 5;
    private final Ansible ansible;
    private final AnsibleSettings settings;
    private final Path home;
    private final Supplier<Duration> workLeft;
    private final ThreadFactory threads;
    private final Timing timing;
    private final Thread keeper;
    private final Thread watch;
    private volatile SupervisorProcess process;
    private volatile boolean closed;

    /**
     * Starts it; until it is ready, what is ordered waits.
     *
     * @param ansible the Ansible to run
     * @param home the centre's folder
     * @param workLeft for how long this member may go on working by its own clock; zero or less: not at all. Asked every second
     * @param threads makes the threads, some for itself and one for each run
     */
    public Supervisor(
            Ansible ansible, AnsibleSettings settings, Path home, Supplier<Duration> workLeft, ThreadFactory threads) {
        this(ansible, settings, home, workLeft, threads, Timing.USUAL);
    }

    Supervisor(
            Ansible ansible,
            AnsibleSettings settings,
            Path home,
            Supplier<Duration> workLeft,
            ThreadFactory threads,
            Timing timing) {
        this.ansible = ansible;
        this.settings = settings;
        this.home = home.resolve("ansible");
        this.workLeft = workLeft;
        this.threads = threads;
        this.timing = timing;
        keeper = thread("playbook-supervisor", this::keep);
        watch = thread("playbook-watch", this::watch);
        PlaybookLog.LOG.ready(ansible.version(), ansible.python());
        keeper.start();
        watch.start();
    }

    @Override
    public Running start(Order order, Listener listener) throws Unavailable {
        SupervisorProcess current = process;
        if (closed || current == null) {
            throw new Unavailable(closed ? "the centre is stopping" : "what runs playbooks is being started");
        }
        if (workLeft.get().compareTo(Duration.ZERO) <= 0) {
            throw new Unavailable("this member may not work at the moment");
        }
        Run run = current.start(order, listener);
        thread("playbook-" + order.id(), run).start();
        return run;
    }

    /** Whether a supervisor is there and has Ansible at hand. Orders are taken before that, too. */
    public boolean isReady() {
        SupervisorProcess current = process;
        return current != null && current.isReady();
    }

    /** Ends all runs, as lost, and waits until none of their processes is left. */
    @Override
    public void close() {
        closed = true;
        watch.interrupt();
        SupervisorProcess current = process;
        if (current != null) {
            current.kill();
        } else {
            keeper.interrupt();
        }
        try {
            keeper.join(timing.lostGrace().plus(timing.silence()).toMillis());
            if (keeper.isAlive()) {
                keeper.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void keep() {
        int failures = 0;
        while (!closed) {
            long started = System.nanoTime();
            try {
                serve(failures);
            } catch (IOException | RuntimeException | Error e) {
                PlaybookLog.LOG.notStarted(e);
            } catch (InterruptedException e) {
                return;
            }
            boolean lasted =
                    System.nanoTime() - started > pause(MOST_DOUBLINGS + 1).toNanos();
            failures = lasted ? 0 : failures + 1;
            rest(pause(failures));
        }
    }

    private void serve(int failures) throws IOException, InterruptedException {
        Program program = Program.unpack(Files.createDirectories(home));
        SupervisorProcess fresh = new SupervisorProcess(
                command(program, "supervisor").start(), Messages.settings(home, settings, ansible, timing), workLeft);
        thread("playbook-orders", fresh::write).start();
        process = fresh;
        if (closed) {
            fresh.kill();
        }
        try {
            fresh.read();
        } finally {
            process = null;
            fresh.kill();
            String how = fresh.how();
            List<Run> left = fresh.end();
            if (!closed) {
                PlaybookLog.LOG.died(how, left.size(), pause(failures + 1).toMillis());
            }
            awaitGuards(program);
            left.forEach(run -> run.lost("the supervisor of playbooks on this member has ended"));
        }
    }

    /** The JVM is told of the end of the supervisor alone; what its guards have to end may take longer. */
    private void awaitGuards(Program program) throws InterruptedException {
        while (!areGone(program)) {
            if (closed) {
                throw new InterruptedException();
            }
            rest(timing.pause());
        }
    }

    private boolean areGone(Program program) throws InterruptedException {
        try {
            return command(program, "wait", home.toString())
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            PlaybookLog.LOG.notStarted(e);
            return false;
        }
    }

    private ProcessBuilder command(Program program, String name, String... arguments) {
        List<String> words = new ArrayList<>(List.of(ansible.python()));
        words.addAll(ansible.isolation());
        words.add(program.file(name).toString());
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words).directory(home.toFile());
        Ansible.setEnvironment(builder.environment());
        return builder;
    }

    private void watch() {
        while (!closed) {
            SupervisorProcess current = process;
            if (current != null) {
                current.watch(timing.silence());
            }
            rest(Duration.ofMillis(LOOK_MILLIS));
        }
    }

    private Duration pause(int failures) {
        return timing.pause().multipliedBy(1L << Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS));
    }

    private void rest(Duration duration) {
        try {
            if (!closed) {
                TimeUnit.NANOSECONDS.sleep(duration.toNanos());
            }
        } catch (InterruptedException e) {
            // closed, or somebody's mistake: the loop looks
        }
    }

    private Thread thread(String name, Runnable work) {
        Thread thread = threads.newThread(work);
        thread.setName(name);
        return thread;
    }

    /** The process number of the supervisor, for tests. */
    long pid() {
        return process.pid();
    }
}
