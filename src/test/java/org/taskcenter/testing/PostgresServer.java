package org.taskcenter.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A real PostgreSQL on a free port of 127.0.0.1, with its default durability. Tests take {@link #shared()} and a
 * database of their own; a test that stops the server takes an instance of its own. It ends with this JVM, also where
 * that is killed: a shell beside it waits for the end of a pipe that we hold.
 */
public final class PostgresServer implements AutoCloseable {

    /** How to stop: FAST ends sessions in order, IMMEDIATE is as good as a crash. */
    public enum Stop {
        FAST("INT"),
        IMMEDIATE("QUIT");

        private final String signal;

        Stop(String signal) {
            this.signal = signal;
        }
    }

    private static final String USER = "postgres";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * $1 is the folder, the rest the server's command line. Ends when the server does; a line on its input is the
     * signal to send to the server, a closed input means that nobody needs it any longer.
     */
    private static final String SHELL = """
            trap '' INT TERM HUP
            folder=$1; shift
            "$@" </dev/null &
            server=$!
            exec 3<&0
            {
              if read -r signal; then
                kill -s "$signal" "$server"
              else
                kill -s QUIT "$server"
                kill -s CONT "$server"
                for each in /proc/[0-9]*/stat; do
                  read -r pid name state parent rest <"$each"
                  if [ "$parent" = "$server" ]; then kill -s CONT "$pid"; fi
                done
                while kill -s 0 "$server"; do sleep 1; done
                rm -rf "$folder"/*
              fi
            } <&3 &
            wait "$server"
            """;

    private final String password = UUID.randomUUID().toString();
    private final Path binaries;
    private final Path folder;
    private final Thread atExit = new Thread(this::close, "postgres-at-exit");
    private int port;
    private Process process;

    /** A server with empty data, not started. */
    public PostgresServer() {
        try {
            binaries = PostgresBinaries.unpacked();
            folder = Files.createTempDirectory(
                    PostgresBinaries.folder(),
                    "server-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            OrdinaryUser.give(folder);
            Runtime.getRuntime().addShutdownHook(atExit);
            initialise();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server that all tests of this JVM share, started. Nobody may stop it. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final PostgresServer SERVER = new PostgresServer().start();
    }

    /** Starts it, the second time on the same data and port; returns when it answers. */
    public synchronized PostgresServer start() {
        if (process != null) {
            throw new IllegalStateException("PostgreSQL is started already");
        }
        boolean first = port == 0;
        for (int tries = 5; ; tries--) {
            if (first) {
                port = freePort();
            }
            try {
                launch();
                return this;
            } catch (IOException e) {
                // The free port may have been taken by somebody else meanwhile.
                if (!first || tries == 0 || !log().contains("could not bind")) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** Stops it and returns when it is gone; the data stays. */
    public synchronized void stop(Stop how) {
        if (process == null) {
            return;
        }
        try {
            thaw();
            if (process.isAlive()) {
                try (OutputStream order = process.getOutputStream()) {
                    order.write((how.signal + "\n").getBytes(UTF_8));
                }
            }
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("PostgreSQL does not stop:\n" + log());
            }
            process = null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while PostgreSQL stops", e);
        }
    }

    /** Stops all its processes where they are (SIGSTOP): connections stay open and nobody answers. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets frozen processes go on. */
    public void thaw() {
        signal("CONT");
    }

    /** An empty database of this name; one that was there is dropped. Returns its {@link #jdbcUrl}. */
    public String createDatabase(String name) {
        execute("drop database if exists \"" + name + "\" with (force)", "create database \"" + name + "\"");
        return jdbcUrl(name);
    }

    /** An empty database with a name of its own. Returns its {@link #jdbcUrl}. */
    public String createDatabase() {
        return createDatabase(newName());
    }

    /** As {@link #createDatabase()}, but returns its name. */
    public String newDatabase() {
        String name = newName();
        createDatabase(name);
        return name;
    }

    /** A copy, with a name of its own, of a database to which nobody is connected. Returns its {@link #jdbcUrl}. */
    public String copyOf(String database) {
        String name = newName();
        execute("create database \"" + name + "\" template \"" + database + "\"");
        return jdbcUrl(name);
    }

    private static String newName() {
        return "test_" + UUID.randomUUID().toString().replace("-", "");
    }

    /** Without user and password. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** A superuser's. */
    public String user() {
        return USER;
    }

    /** The password of {@link #user()}. */
    public String password() {
        return password;
    }

    /** A new connection; the caller closes it. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), USER, password);
    }

    /** What a query answers, as text: of each row the first column. */
    public List<String> texts(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL: " + e.getMessage(), e);
        }
    }

    /** The number that a query answers in its one row. */
    public long number(String database, String sql) {
        List<String> texts = texts(database, sql);
        if (texts.size() != 1) {
            throw new IllegalStateException(sql + " answers " + texts);
        }
        return Long.parseLong(texts.get(0));
    }

    /** Process ids of the server and all its backends, for measuring. */
    public List<Long> processIds() {
        Process running = process;
        return running == null
                ? List.of()
                : running.descendants()
                        .filter(each -> each.info().command().orElse("").endsWith("/postgres"))
                        .map(ProcessHandle::pid)
                        .toList();
    }

    /** What it has written to its log so far. */
    public String log() {
        try {
            Path log = folder.resolve("log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it and removes its data. */
    @Override
    public synchronized void close() {
        stop(Stop.IMMEDIATE);
        try {
            Folders.delete(folder);
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalStateException e) {
            return; // the JVM is on its way out, and a hook can no longer be taken back
        }
    }

    private void initialise() throws IOException {
        Path secret = folder.resolve("password");
        Files.writeString(secret, password);
        OrdinaryUser.give(secret);
        Process initdb = builder(List.of(
                        binaries.resolve("bin/initdb").toString(),
                        "--pgdata=" + folder.resolve("data"),
                        "--username=" + USER,
                        "--pwfile=" + secret,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync"))
                .start();
        int code = initdb.onExit().join().exitValue();
        Files.delete(secret);
        if (code != 0) {
            throw new IOException("initdb ended with " + code + ":\n" + log());
        }
    }

    private void launch() throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", SHELL, "sh", folder.toString()));
        command.addAll(List.of(
                binaries.resolve("bin/postgres").toString(),
                "-D",
                folder.resolve("data").toString(),
                "-p",
                String.valueOf(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "max_connections=200"));
        process = builder(command).start();
        try {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> answers() || !process.isAlive());
        } catch (ConditionTimeoutException e) {
            throw new IOException("PostgreSQL does not answer:\n" + log(), e);
        }
        if (!process.isAlive()) {
            process = null;
            throw new IOException("PostgreSQL ended at once:\n" + log());
        }
    }

    private boolean answers() {
        try (Connection connection = connect("postgres")) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(OrdinaryUser.command(command))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private void execute(String... statements) {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL: " + e.getMessage(), e);
        }
    }

    private void signal(String name) {
        List<String> command = Stream.concat(
                        Stream.of("sh", "-c", "kill -s \"$@\"", "kill", name),
                        processIds().stream().map(String::valueOf))
                .toList();
        if (command.size() > 5) {
            try {
                // A backend may end in between, so the exit code says nothing.
                new ProcessBuilder(command).start().onExit().join();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
