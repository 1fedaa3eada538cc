package org.taskcenter.bench;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.SeenProcess;

/**
 * How long a run over nodes takes, from the request to the stored end, against the bare {@code ansible-playbook} with the same
 * tasks, forks and strategy: both in turn, so that what else the machine does hits both alike. How soon nothing of a stopped run is
 * left. And how many events a second are taken in, from the pipe of a playbook process to the database.
 */
final class AnsibleBench implements AutoCloseable {
    private static final int[] NODES = {1, 10, 50};
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** Of what takes a second or two, more often than of what takes half a minute. */
    private static final int SHORT_ONES = 5;

    private static final int EVENTS = 100_000;
    /** In place of a playbook process: no real one has so much to say. */
    private static final String TALKER = """
            #!/usr/bin/python3
            import json, os, sys
            sys.stdin.buffer.read()
            line = {"is": "line", "node": "node0", "task": "talk", "status": "OK", "changed": True, "ignored": False, "rc": 0}
            line.update(start=1.5e9, end=1.5e9, cmd="echo " + 80 * "a", stdout=80 * "a")
            with os.fdopen(1, "w") as out:
                for number in range(EVENTS):
                    print(json.dumps(dict(line, task="talk %d" % number)), file=out)
                print(json.dumps({"is": "end", "results": {"node0": "SUCCEEDED"}, "error": None}), file=out)
            """;

    private final PrintStream out;
    private final PostgresServer server;
    private final Path folder;
    private Centre centre;
    private String token;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private int runs;

    AnsibleBench(PostgresServer server, PrintStream out) throws IOException {
        this.out = out;
        this.server = server;
        folder = Files.createTempDirectory("ansible-bench");
    }

    void run(int rounds) throws Exception {
        start("ansible", "");
        ratios(rounds);
        stops(rounds);
        centre.close();
        Path talker = Files.writeString(folder.resolve("talker"), TALKER.replace("EVENTS", String.valueOf(EVENTS)));
        Files.setPosixFilePermissions(talker, PosixFilePermissions.fromString("rwx------"));
        start("events", talker.toString());
        events(rounds);
    }

    private void start(String database, String wrapper) throws SQLException {
        server.createDatabase(database);
        centre = Centre.setup()
                .fastInTheLongRun()
                .with("TASKCENTER_ANSIBLE_WRAPPER", wrapper)
                .on(server, database)
                .start();
        token = centre.admin().account("bench");
    }

    /** From the pipe of a playbook process to the database, and back as a list. */
    private void events(int rounds) throws Exception {
        List<Double> stored = new ArrayList<>();
        List<Double> listed = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            double storing = run("/api/run", 1);
            double listing = list();
            if (round > 0) {
                stored.add(EVENTS / storing);
                listed.add(EVENTS / listing);
            }
        }
        out.printf("%d events of one run, events/s, medians of %d%n", EVENTS, rounds);
        out.printf("%-28s%14.0f%n", "from request to stored end", median(stored));
        out.printf("%-28s%14.0f%n", "listed", median(listed));
    }

    /** Reads all lines of the last run, and looks whether they are all there. */
    private double list() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        HttpRequest request = request("/api/getlog", JSON.createObjectNode());
        int lines = 0;
        try (InputStream in = http.send(request, BodyHandlers.ofInputStream()).body();
                JsonParser parser = JSON.createParser(in)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_STRING) {
                    lines++;
                }
            }
        }
        if (lines != EVENTS) {
            throw new IllegalStateException("of " + EVENTS + " lines " + lines + " are listed");
        }
        return (System.nanoTime() - begun) / 1e9;
    }

    /** Prints the medians of both, and their ratio. */
    private void ratios(int rounds) throws Exception {
        out.printf("%-28s%14s%14s%8s%n", "seconds, medians", "bare ansible", "run", "ratio");
        for (int nodes : NODES) {
            List<Double> bare = new ArrayList<>();
            List<Double> ours = new ArrayList<>();
            int times = nodes == 1 ? SHORT_ONES * rounds : rounds;
            for (int round = 0; round <= times; round++) {
                double commandTook = command(nodes);
                double runTook = run("/api/run", nodes);
                if (round > 0) {
                    bare.add(commandTook);
                    ours.add(runTook);
                }
            }
            double ratio = median(ours) / median(bare);
            out.printf("%-28s%14.2f%14.2f%8.2f%n", nodes + " local nodes", median(bare), median(ours), ratio);
        }
    }

    private double command(int nodes) throws IOException, InterruptedException {
        List<String> inventory = IntStream.range(0, nodes)
                .mapToObj(i -> name(i) + " ansible_connection=local")
                .toList();
        Path hosts = Files.write(folder.resolve("hosts"), inventory);
        Path play = Files.writeString(folder.resolve("play.yml"), """
                - hosts: all
                  strategy: host_pinned
                  tasks:
                    - name: one
                      command: "true"
                    - name: two
                      command: "true"
                """);
        ProcessBuilder command = new ProcessBuilder(
                "ansible-playbook", "-i", hosts.toString(), "--forks", String.valueOf(nodes), play.toString());
        command.redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile());
        long begun = System.nanoTime();
        int code = command.start().waitFor();
        double seconds = (System.nanoTime() - begun) / 1e9;
        if (code != 0) {
            throw new IllegalStateException(Files.readString(folder.resolve("out")));
        }
        return seconds;
    }

    /** Prints how long after the request of a stop the last process of a run is gone. */
    private void stops(int rounds) throws Exception {
        out.printf("%-28s%14s%14s%n", "stopped, seconds", "median", "longest");
        stops("obeys SIGTERM", "sleep 600", SHORT_ONES * rounds);
        stops("ignores SIGTERM", "trap '' TERM; while :; do sleep 1; done", rounds);
    }

    private void stops(String name, String command, int times) throws Exception {
        List<Double> took = new ArrayList<>();
        for (int round = 0; round <= times; round++) {
            String mark = "BENCH=stop-" + ++runs;
            ObjectNode body = body(1);
            body.withArray("tasks").addObject().put("shell", "export " + mark + "; " + command);
            ObjectNode id =
                    JSON.createObjectNode().set("id", post("/api/run", body).at("/content/id"));
            await(() -> !SeenProcess.with(mark).isEmpty());
            long asked = System.nanoTime();
            post("/api/stop", id);
            await(() -> SeenProcess.with(mark).isEmpty());
            if (round > 0) {
                took.add((System.nanoTime() - asked) / 1e9);
            }
            await(() -> post("/api/check", id).at("/content/task/status").intValue() == 4);
        }
        out.printf("%-28s%14.2f%14.2f%n", name, median(took), Collections.max(took));
    }

    private void await(Callable<Boolean> state) throws Exception {
        long begun = System.nanoTime();
        while (!state.call()) {
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw new IllegalStateException(
                        "nothing happens; the centre says:\n" + String.join("\n", centre.output()));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** Of a run over so many nodes; its tasks are to come. */
    private ObjectNode body(int nodes) {
        ObjectNode body = JSON.createObjectNode();
        IntStream.range(0, nodes).forEach(i -> body.withArray("nodes").add(name(i)));
        body.put("user", "root").put("name", "bench-" + ++runs).put("fork_num", nodes);
        body.putObject("params").put("ansible_connection", "local");
        return body;
    }

    private double run(String route, int nodes) throws IOException, InterruptedException {
        ObjectNode body = body(nodes);
        body.withArray("tasks").addObject().put("name", "one").put("command", "true");
        body.withArray("tasks").addObject().put("name", "two").put("command", "true");
        long begun = System.nanoTime();
        long id = post(route, body).at("/content/id").longValue();
        ObjectNode asked = JSON.createObjectNode().put("id", id);
        while (System.nanoTime() - begun < PATIENCE.toNanos()) {
            JsonNode task = post("/api/check", asked).at("/content/task");
            int status = task.get("status").intValue();
            if (status >= 2) {
                if (status != 2) {
                    throw new IllegalStateException("a run ended as " + task);
                }
                return (System.nanoTime() - begun) / 1e9;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(25));
        }
        throw new IllegalStateException("a run did not end; the centre says:\n" + String.join("\n", centre.output()));
    }

    private JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
        JsonNode answer = JSON.readTree(
                http.send(request(path, body), BodyHandlers.ofString()).body());
        if (answer.path("code").intValue() != 0) {
            throw new IllegalStateException(path + ": " + answer);
        }
        return answer;
    }

    private HttpRequest request(String path, ObjectNode body) {
        return HttpRequest.newBuilder(centre.uri(path))
                .header("Authorization", "Bearer " + token)
                .header("X-CORRELATION-ID", "bench-" + runs)
                .header("X-SOURCE", "bench")
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
    }

    private static String name(int number) {
        return "node" + number;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    @Override
    public void close() {
        if (centre != null) {
            centre.close();
        }
    }
}
