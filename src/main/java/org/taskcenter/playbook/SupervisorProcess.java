package org.taskcenter.playbook;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** One supervisor, from its start to its end, and the runs that it has. */
final class SupervisorProcess {
    private static final int CHUNK = 1 << 16;
    private static final int LONGEST_SAYING = 2_000;
    private static final int MOST_SAYINGS = 100;
    private static final long READY_NANOS = 20_000_000_000L;
    private static final AtomicLong NUMBERS = new AtomicLong();
    private final Process process;
    private final Supplier<Duration> workLeft;
    private final Map<String, Run> runs = new ConcurrentHashMap<>();
    private final BlockingQueue<String> orders = new LinkedBlockingQueue<>();
    private final long started = System.nanoTime();
    private volatile long heard = started;
    private volatile String tick;
    private volatile boolean hasEnded;
    private int sayings;

    SupervisorProcess(Process process, String settings, Supplier<Duration> workLeft) {
        this.process = process;
        this.workLeft = workLeft;
        orders.add(settings);
    }

    /** Adds a run, which its caller has to give a thread. */
    synchronized Run start(Order order, Playbooks.Listener listener) throws Playbooks.Unavailable {
        boolean isStuck = !isReady() && System.nanoTime() - started > READY_NANOS;
        if (hasEnded || isStuck) {
            throw new Playbooks.Unavailable("what runs playbooks is being started anew");
        }
        String wireName = order.id() + "-" + NUMBERS.incrementAndGet();
        Run run = new Run(order.id(), wireName, listener, orders::add);
        runs.put(wireName, run);
        if (isReady()) {
            renew();
        }
        orders.add(Messages.run(wireName, order));
        return run;
    }

    /** In terms of the last tick, so this says rather too little than too much. */
    private void renew() {
        orders.add(Messages.renew(tick, workLeft.get()));
    }

    /** Reads until the supervisor has ended. */
    void read() throws IOException {
        InputStream in = new BufferedInputStream(process.getInputStream(), CHUNK);
        try {
            while (true) {
                hear(Frame.read(in));
            }
        } catch (EOFException e) {
            // it has ended
        }
    }

    private void hear(Frame frame) {
        heard = System.nanoTime();
        if (frame.kind().equals("tick")) {
            tick = frame.text();
            renew();
        } else if (frame.kind().equals("exit")) {
            Run run = runs.remove(frame.run());
            if (run != null) {
                run.ended(frame.content());
            }
        } else if (runs.containsKey(frame.run())) {
            runs.get(frame.run()).wrote(frame.content());
        }
    }

    /** Passes orders on until the supervisor has ended. */
    void write() {
        try (OutputStream out = process.getOutputStream()) {
            while (!hasEnded) {
                String order = orders.poll(1, TimeUnit.SECONDS);
                if (order != null) {
                    out.write(order.getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                }
            }
        } catch (IOException e) {
            // it has ended: its reader sees that, too
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes in what it complains of, and kills it where it says nothing for too long. */
    void watch(Duration silence) {
        try {
            complaints();
        } catch (IOException e) {
            // it has ended
        }
        if (isReady() && System.nanoTime() - heard > silence.toNanos()) {
            PlaybookLog.LOG.silent();
            heard = System.nanoTime();
            kill();
        }
    }

    private synchronized void complaints() throws IOException {
        InputStream in = process.getErrorStream();
        int waiting = in.available();
        if (waiting > 0) {
            String said = new String(in.readNBytes(Math.min(waiting, CHUNK)), StandardCharsets.UTF_8);
            if (sayings++ < MOST_SAYINGS) {
                PlaybookLog.LOG.said(said.length() > LONGEST_SAYING ? said.substring(0, LONGEST_SAYING) : said.strip());
            }
        }
    }

    /** No run is taken on any more. Answers those that are left. */
    synchronized List<Run> end() {
        hasEnded = true;
        List<Run> left = new ArrayList<>(runs.values());
        runs.clear();
        return left;
    }

    /** Ends it, and its runs with it: their guards notice. */
    void kill() {
        process.destroyForcibly();
    }

    boolean isReady() {
        return tick != null;
    }

    long pid() {
        return process.pid();
    }

    /** Its end, in words. */
    String how() throws InterruptedException {
        try {
            complaints();
        } catch (IOException e) {
            // nothing more to hear
        }
        return "exit code " + process.waitFor();
    }
}
