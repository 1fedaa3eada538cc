package org.taskcenter.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The packaged program, started by {@code ./taskcenter run} as a user would, on a free port and in a home of its own.
 * All centres of one JVM share the administrator's token and the secret key, so that several can be members on one
 * database. Ends with this JVM.
 */
public final class Centre implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final int LINES = 10_000;
    private static final String ADMIN_TOKEN = "sk-" + random(24).replaceAll("[^A-Za-z0-9]", "x");
    private static final String SECRET_KEY = random(32);
    private static final List<Centre> ALL = new CopyOnWriteArrayList<>();
    private static final HttpClient HEALTH = HttpClient.newBuilder()
            // A connection that was turned to HTTP/2 and fell silent would be used for every further try.
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private final Map<String, String> environment;
    private final Path home;
    private final boolean ownHome;
    private final int port;
    private final Deque<String> output = new ArrayDeque<>();
    private long printed;
    private Process process;
    private Thread reader;

    private Centre(Setup setup) {
        try {
            ownHome = setup.home == null;
            home = ownHome ? Files.createTempDirectory("taskcenter-home-") : setup.home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        port = freePort();
        ALL.add(this);
        environment = Map.copyOf(setup.environment);
    }

    /** What a centre is started with. Calls may reach 127.0.0.0/8, and it starts quickly, unless it is said otherwise. */
    public static final class Setup {

        private final Map<String, String> environment = new HashMap<>();
        private Path home;

        private Setup() {
            environment.put("TASKCENTER_ALLOW_TARGETS", "127.0.0.0/8");
            // The compiler that pays in the long run takes more than half of a start, which is most of what a test
            // waits for; to verify what a compiler has just made takes a twentieth, and so does collecting classes.
            environment.put(
                    "TASKCENTER_JAVA_OPTS",
                    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:MetaspaceSize=256m"
                            + " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote");
        }

        /** A variable of operations.md; null takes it away. */
        public Setup with(String variable, String value) {
            if (value == null) {
                environment.remove(variable);
            } else {
                environment.put(variable, value);
            }
            return this;
        }

        /** With the JVM's own options, for measuring how fast it is in the long run. */
        public Setup fastInTheLongRun() {
            return with("TASKCENTER_JAVA_OPTS", null);
        }

        /** On this database of that server in place of the embedded one. */
        public Setup on(PostgresServer server, String database) {
            return with("TASKCENTER_DB_URL", server.jdbcUrl(database))
                    .with("TASKCENTER_DB_USER", server.user())
                    .with("TASKCENTER_DB_PASSWORD", server.password());
        }

        /** In this home, which is kept, in place of a temporary one. */
        public Setup in(Path kept) {
            home = kept;
            return this;
        }

        /** A centre that is ready. */
        public Centre start() {
            Centre centre = new Centre(this);
            try {
                centre.start();
            } catch (RuntimeException e) {
                centre.close();
                throw e;
            }
            return centre;
        }

        /** A centre that is not started, for starts that are to fail. */
        public Centre idle() {
            return new Centre(this);
        }
    }

    /** How the next centre is to be started. */
    public static Setup setup() {
        return new Setup();
    }

    /**
     * A started centre without any settings of its own, which tests share that leave it as they find it: but for accounts and
     * tasks of names that nobody else uses. Nobody may close it.
     */
    public static Centre shared() {
        return Shared.CENTRE;
    }

    private static final class Shared {
        private static final Centre CENTRE = setup().start();
    }

    /** Starts it, also again on the same home, database and port; returns when it is ready. */
    public void start() {
        launch();
        awaitReady();
    }

    /** Starts several side by side; returns when all are ready. */
    public static void startAll(Centre... centres) {
        Stream.of(centres).forEach(Centre::launch);
        Stream.of(centres).forEach(Centre::awaitReady);
    }

    /** Waits until it is ready after {@link #launch}. */
    public void awaitReady() {
        try {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> !process.isAlive() || health("ready") == 200);
        } catch (ConditionTimeoutException e) {
            throw new IllegalStateException("The centre does not become ready:\n" + text(), e);
        }
        if (!process.isAlive()) {
            int code = awaitEnd(PATIENCE);
            throw new IllegalStateException("The centre ended with " + code + ":\n" + text());
        }
    }

    /** Starts it and returns at once. */
    public void launch() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("The centre runs already");
        }
        ProcessBuilder builder =
                new ProcessBuilder(Path.of("taskcenter").toAbsolutePath().toString(), "run").redirectErrorStream(true);
        Map<String, String> all = builder.environment();
        all.keySet().removeIf(name -> name.startsWith("TASKCENTER_"));
        all.put("TASKCENTER_HTTP_PORT", String.valueOf(port));
        all.put("TASKCENTER_HOME", home.toString());
        all.put("TASKCENTER_ADMIN_TOKEN", ADMIN_TOKEN);
        all.put("TASKCENTER_SECRET_KEY", SECRET_KEY);
        // A test is about the program that was just packaged, and a build inside a build would wait for itself.
        all.put("TASKCENTER_BUILD", "never");
        all.putAll(environment);
        try {
            process = Leash.start(builder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        BufferedReader lines = process.inputReader();
        reader = new Thread(() -> lines.lines().forEach(this::keep), "centre-output-" + port);
        reader.setDaemon(true);
        reader.start();
    }

    /** Where it listens, without a slash at the end. */
    public URI baseUri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public URI uri(String path) {
        return URI.create(baseUri() + path);
    }

    /** Its administrator's token (role root). */
    public String adminToken() {
        return ADMIN_TOKEN;
    }

    public AdminClient admin() {
        return new AdminClient(baseUri(), ADMIN_TOKEN);
    }

    /** A client of the Manager API as this account. */
    public ManagerClient manager(String token) {
        return new ManagerClient(baseUri(), token);
    }

    public Path home() {
        return home;
    }

    /** The status that {@code /health/KIND} answers (live, ready, started); 0 where there is no answer within 5 s. */
    public int health(String kind) {
        try {
            HttpRequest request = HttpRequest.newBuilder(uri("/health/" + kind))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return HEALTH.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** The JVM's process id. */
    public long pid() {
        return jvm().pid();
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** SIGKILL, and waits until it is gone. */
    public void kill9() {
        jvm().destroyForcibly();
        awaitEnd(Duration.ofSeconds(30));
    }

    /** SIGTERM, on which it drains and ends; {@link #awaitEnd} waits for that. */
    public void sigterm() {
        jvm().destroy();
    }

    /** SIGSTOP: it is frozen where it is. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT: it goes on. */
    public void thaw() {
        signal("CONT");
    }

    /** Waits for its end, and that of its output, and returns its exit code. */
    public int awaitEnd(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("The centre does not end:\n" + text());
            }
            process.getOutputStream().close();
            reader.join(TimeUnit.SECONDS.toMillis(10)); // a child that lives on may hold the other end
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the centre ends", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has printed in all its runs so far, the last 10 000 lines. */
    public List<String> output() {
        synchronized (output) {
            return List.copyOf(output);
        }
    }

    /** All centres of this JVM, also those that have ended. */
    static List<Centre> all() {
        return ALL;
    }

    /** How many lines it has printed in all its runs so far. */
    long printed() {
        synchronized (output) {
            return printed;
        }
    }

    /** Kills it, if it lives, and removes its home, if that is a temporary one. */
    @Override
    public void close() {
        if (isAlive()) {
            kill9();
        }
        if (ownHome) {
            try {
                Folders.delete(home);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The launcher becomes the JVM, or, before that and where it cannot, is its parent. */
    private ProcessHandle jvm() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .filter(each -> each.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElse(process.toHandle());
    }

    private void signal(String name) {
        try {
            // The shell's own: a bare machine has no other.
            new ProcessBuilder("sh", "-c", "kill -s \"$@\"", "kill", name, String.valueOf(pid()))
                    .inheritIO()
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void keep(String line) {
        synchronized (output) {
            output.add(line);
            printed++;
            if (output.size() > LINES) {
                output.remove();
            }
        }
    }

    private String text() {
        return String.join("\n", output());
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return Base64.getEncoder().encodeToString(random);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
