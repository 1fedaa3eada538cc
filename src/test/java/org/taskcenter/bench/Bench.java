package org.taskcenter.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.taskcenter.bench.Options.Part;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.PostgresServer;

/**
 * {@code ./taskcenter bench}: measures a centre on a PostgreSQL with default durability, and in the same run what bare
 * HTTP and bare JDBC reach on this machine. Rounds are interleaved, so that what else the machine does hits all alike.
 */
public final class Bench {

    private static final Path FOLDER = Path.of("target", "bench");

    private static final String FAIRNESS = "fairness";

    private final Options options;
    private final PrintStream out;
    private final Profile profile;

    private Bench(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
        this.profile = new Profile(FOLDER, out);
    }

    public static void main(String[] args) throws Exception {
        Options options = null;
        try {
            options = Options.of(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n\n" + Options.USAGE);
            System.exit(2);
        }
        new Bench(options, System.out).run();
    }

    private void run() throws Exception {
        if (options.rounded()) {
            rounds();
        }
        if (options.measures(Part.ANSIBLE)) {
            try (PostgresServer server = new PostgresServer().start();
                    AnsibleBench ansible = new AnsibleBench(server, out)) {
                ansible.run(options.rounds());
            }
        }
        if (options.measures(Part.LISTS)) {
            try (PostgresServer server = new PostgresServer().start()) {
                new ListsBench(server, out).run();
            }
        }
    }

    private void rounds() throws Exception {
        out.printf(
                "%d processors, load %s; 1 warm-up round, %d measured%n",
                Runtime.getRuntime().availableProcessors(), Usage.load(), options.rounds());
        Results results = new Results();
        try (PostgresServer server = new PostgresServer().start();
                Sink sink = new Sink();
                HttpFloor http = new HttpFloor(sink.uri());
                CentreBench centre = options.centre() ? new CentreBench(server, sink, profile) : null) {
            JdbcFloor jdbc = new JdbcFloor(server);
            if (options.measures(Part.ACCEPT)) {
                centre.warmUp();
            }
            round("warm-up", new Results(), server, sink, http, jdbc, centre);
            for (int round = 1; round <= options.rounds(); round++) {
                round("round " + round, results, server, sink, http, jdbc, centre);
            }
            if (options.profile()) {
                profile.on();
                round("recorded round", new Results(), server, sink, http, jdbc, centre);
            }
        }
        report(results);
    }

    private void round(
            String name,
            Results results,
            PostgresServer server,
            Sink sink,
            HttpFloor http,
            JdbcFloor jdbc,
            CentreBench centre)
            throws Exception {
        out.println(name);
        floor(results, http, jdbc);
        if (options.measures(Part.FAIRNESS)) {
            fairness(results, server, sink);
        }
        if (options.measures(Part.POLL)) {
            try (PollBench poll = new PollBench(server)) {
                poll.measure(results);
            }
        }
        if (centre != null) {
            centre(results, centre);
        }
    }

    private static void fairness(Results results, PostgresServer server, Sink sink) throws Exception {
        server.createDatabase(FAIRNESS);
        try (FairnessBench postgres = new FairnessBench(
                sink, Centre.setup().fastInTheLongRun().on(server, FAIRNESS).start())) {
            postgres.measure(results, Metric.FAIR_FIRST_POSTGRES, Metric.FAIR_WORST_POSTGRES);
        }
        try (FairnessBench h2 =
                new FairnessBench(sink, Centre.setup().fastInTheLongRun().start())) {
            h2.measure(results, Metric.FAIR_FIRST_H2, Metric.FAIR_WORST_H2);
        }
    }

    private void floor(Results results, HttpFloor http, JdbcFloor jdbc) throws Exception {
        if (options.measures(Part.FLOOR)) {
            int count = options.tasks();
            results.add(Metric.FLOOR_HTTP, http.measure(3 * count));
            jdbc.reset();
            results.add(Metric.FLOOR_INSERT_ONE, jdbc.insertOne(count));
            results.add(Metric.FLOOR_INSERT_MANY, jdbc.insertMany(3 * count));
            results.add(Metric.FLOOR_UPDATE, jdbc.update(3 * count));
        }
    }

    private void centre(Results results, CentreBench centre) throws Exception {
        if (options.measures(Part.ACCEPT)) {
            centre.accept(options.tasks(), results);
        }
        if (options.measures(Part.DRAIN)) {
            centre.drain(options.tasks(), results);
            centre.drainPushed(options.tasks(), results);
        }
        if (options.measures(Part.LATENCY)) {
            centre.latency(results);
        }
        centre.memory(results);
    }

    private void report(Results results) throws IOException {
        Path file = Files.createDirectories(FOLDER).resolve("result.md");
        Files.writeString(file, results.markdown());
        out.print("\n" + results.plain() + "\nload " + Usage.load() + "; also in " + file + "\n");
    }
}
