package org.taskcenter.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** Records a JVM by its Flight Recorder while something is measured, and prints where its time went. Off at first. */
final class Profile {

    private static final String NAME = "taskcenter-bench";
    private static final int LINES = 15;

    private final Path folder;
    private final PrintStream out;
    private boolean on;
    private long pid;
    private Path file;

    Profile(Path folder, PrintStream out) {
        this.folder = folder;
        this.out = out;
    }

    /** Recorded from now on. */
    void on() {
        on = true;
    }

    /** @param part names the file */
    void start(String part, long process) throws IOException {
        if (on) {
            pid = process;
            file = Files.createDirectories(folder).resolve(part + ".jfr").toAbsolutePath();
            jcmd("JFR.start", "name=" + NAME, "settings=profile");
        }
    }

    void stop() throws IOException {
        if (on) {
            jcmd("JFR.stop", "name=" + NAME, "filename=" + file);
            print();
        }
    }

    private void jcmd(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(pid))
                .redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException("jcmd " + arguments[0] + " failed: " + said);
        }
    }

    private void print() throws IOException {
        Map<String, Integer> leaves = new HashMap<>();
        Map<String, Integer> ours = new HashMap<>();
        Map<String, Integer> threads = new HashMap<>();
        int samples = 0;
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                if (event.getEventType().getName().equals("jdk.ExecutionSample") && event.getStackTrace() != null) {
                    samples++;
                    List<RecordedFrame> frames = event.getStackTrace().getFrames();
                    leaves.merge(name(frames.get(0)), 1, Integer::sum);
                    Set<String> once = new HashSet<>();
                    frames.stream()
                            .map(Profile::name)
                            .filter(name -> name.startsWith("org.taskcenter."))
                            .forEach(once::add);
                    once.forEach(name -> ours.merge(name, 1, Integer::sum));
                    String thread = event.getThread("sampledThread").getJavaName();
                    threads.merge(String.valueOf(thread).replaceAll("[0-9]+", "N"), 1, Integer::sum);
                }
            }
        }
        out.println("\nprofile of " + file.getFileName() + ", " + samples + " samples of running Java code");
        print("by thread", threads, samples);
        print("in this method itself", leaves, samples);
        print("in this method of ours and what it calls", ours, samples);
    }

    private void print(String title, Map<String, Integer> counts, int samples) {
        out.println("  " + title);
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(LINES)
                .forEach(entry -> out.printf("  %6.1f %%  %s%n", 100.0 * entry.getValue() / samples, entry.getKey()));
    }

    private static String name(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }
}
