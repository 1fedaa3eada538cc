package org.taskcenter.config;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads all settings from their values. */
final class Reader {
    static final String BIND = "an address of this machine, or 0.0.0.0 for all";
    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Za-z.:-]+");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{8,200}");
    private static final Pattern PASSWORD_IN_URL = Pattern.compile("(?i)(password=)[^&;]*");
    /** Where playbook processes are looked for where the centre itself has no PATH. */
    private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

    private static final int SECRET_KEY_BYTES = 32;
    private static final String SECRET_KEY = "32 bytes in base64 (openssl rand -base64 32 makes them)";
    private final Values values;

    Reader(Values values) {
        this.values = values;
    }

    Settings settings() {
        Path home = home();
        Duration lease = values.seconds("TASKCENTER_LEASE_SECONDS");
        Duration heartbeat =
                shorter("TASKCENTER_HEARTBEAT_SECONDS", lease.dividedBy(2), "half of TASKCENTER_LEASE_SECONDS");
        Duration stopWork = stopWork(lease);
        DatabaseSettings database = database(home, lease, stopWork);
        return new Settings(
                values.parse("TASKCENTER_BIND", BIND, Reader::address),
                (int) values.number("TASKCENTER_HTTP_PORT", 1, 65_535),
                home,
                database,
                adminToken(),
                secretKeys(database.isPostgresql()),
                ranges("TASKCENTER_ALLOW_TARGETS"),
                ranges("TASKCENTER_TRUSTED_SOURCES"),
                ranges("TASKCENTER_TRUSTED_PROXIES"),
                heartbeat,
                lease,
                stopWork,
                values.seconds("TASKCENTER_DRAIN_SECONDS"),
                (int) values.number("TASKCENTER_MAX_RUNNING", 1, 100_000),
                (int) values.number("TASKCENTER_LANE_RUNNING", 1, 100_000),
                values.number("TASKCENTER_MAX_WAITING", 1, Long.MAX_VALUE),
                push(),
                values.seconds("TASKCENTER_POLL_INTERVAL"),
                values.seconds("TASKCENTER_SUBMIT_TIMEOUT"),
                ansible());
    }

    private AnsibleSettings ansible() {
        return new AnsibleSettings(
                optional("TASKCENTER_ANSIBLE_PRIVATE_KEY", "a file that can be read", Reader::readable),
                optional("TASKCENTER_ANSIBLE_KEY_URL", "an http or https URL", Reader::keyUrl),
                values.parse("TASKCENTER_ANSIBLE_HOST_KEYS", "accept-new, strict or off", Reader::hostKeys),
                optional(
                                "TASKCENTER_ANSIBLE_WRAPPER",
                                "a command with its arguments, each quote closed; the program's absolute path, or its name"
                                        + " in PATH",
                                Reader::command)
                        .orElse(List.of()),
                (int) values.number("TASKCENTER_MAX_FORKS", 1, 1000));
    }

    private <T> Optional<T> optional(String key, String expected, Function<String, T> reading) {
        return values.text(key).map(text -> values.parse(key, expected, reading));
    }

    private static Path readable(String text) {
        Path file = Path.of(text).toAbsolutePath().normalize();
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IllegalArgumentException("cannot be read");
        }
        return file;
    }

    private static List<String> command(String text) {
        List<String> words = CommandLine.split(text);
        String program = words.get(0);
        String path = program.indexOf('/') >= 0 ? "" : System.getenv().getOrDefault("PATH", USUAL_PATH);
        boolean found = program.startsWith("/") && isProgram(Path.of(program))
                || Stream.of(path.split(File.pathSeparator))
                        .anyMatch(folder -> !folder.isBlank() && isProgram(Path.of(folder, program)));
        if (!found) {
            throw new IllegalArgumentException("no program");
        }
        return words;
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private static URI keyUrl(String text) {
        URI url = URI.create(text);
        if (url.getHost() == null || !Set.of("http", "https").contains(url.getScheme())) {
            throw new IllegalArgumentException("not http");
        }
        return url;
    }

    private static AnsibleSettings.HostKeys hostKeys(String text) {
        return switch (text) {
            case "accept-new" -> AnsibleSettings.HostKeys.ACCEPT_NEW;
            case "strict" -> AnsibleSettings.HostKeys.STRICT;
            case "off" -> AnsibleSettings.HostKeys.OFF;
            default -> throw new IllegalArgumentException("unknown");
        };
    }

    private PushSettings push() {
        return new PushSettings(
                values.seconds("TASKCENTER_PUSH_TIMEOUT_SECONDS"),
                values.manySeconds("TASKCENTER_PUSH_PAUSES"),
                values.seconds("TASKCENTER_PUSH_SECONDS"));
    }

    private static String address(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            throw new IllegalArgumentException("not an address");
        }
        return text;
    }

    private Path home() {
        return values.parse("TASKCENTER_HOME", "a folder that can be written to", text -> {
            Path home = Path.of(text).toAbsolutePath().normalize();
            for (Path known = home; known != null; known = known.getParent()) {
                if (Files.exists(known)) {
                    if (Files.isDirectory(known) && Files.isWritable(known)) {
                        return home;
                    }
                    break;
                }
            }
            throw new IllegalArgumentException("cannot be written to");
        });
    }

    private Duration stopWork(Duration lease) {
        return values.text("TASKCENTER_STOP_WORK_SECONDS").isPresent()
                ? shorter("TASKCENTER_STOP_WORK_SECONDS", lease, "TASKCENTER_LEASE_SECONDS")
                : lease.multipliedBy(2).dividedBy(3);
    }

    private Duration shorter(String key, Duration limit, String nameOfLimit) {
        Duration duration = values.seconds(key);
        if (duration.compareTo(limit) > 0) {
            throw new WrongSetting(key, values.word(key), "at most " + nameOfLimit);
        }
        return duration;
    }

    private DatabaseSettings database(Path home, Duration lease, Duration stopWork) {
        Optional<String> url = values.text("TASKCENTER_DB_URL");
        url.filter(given -> !isUsable(given)).ifPresent(given -> {
            String shown = PASSWORD_IN_URL.matcher(given).replaceAll("$1(secret)");
            throw new WrongSetting(
                    "TASKCENTER_DB_URL",
                    shown,
                    "jdbc:postgresql://host:port/database, or nothing for the embedded database");
        });
        boolean embedded = url.filter(given -> given.startsWith(DatabaseSettings.POSTGRESQL))
                .isEmpty();
        return new DatabaseSettings(
                url.map(Reader::durable)
                        .orElseGet(() -> durable(DatabaseSettings.H2 + "file:" + escaped(home.resolve("taskcenter")))),
                values.text("TASKCENTER_DB_USER").orElse(embedded ? "sa" : "taskcenter"),
                new Secret(values.text("TASKCENTER_DB_PASSWORD").orElse("")),
                values.seconds("TASKCENTER_DB_TIMEOUT_SECONDS"),
                stopWork,
                lease.dividedBy(6));
    }

    private static boolean isUsable(String url) {
        return url.startsWith(DatabaseSettings.H2)
                || url.startsWith(DatabaseSettings.POSTGRESQL) && org.postgresql.Driver.parseURL(url, null) != null;
    }

    /** H2 loses the commits of the last half second in a crash, and drops the connections before a drain, unless told not to. */
    private static String durable(String url) {
        if (!url.startsWith(DatabaseSettings.H2)) {
            return url;
        }
        String lasting = url.contains(";WRITE_DELAY=") ? url : url + ";WRITE_DELAY=0";
        return lasting.contains(";DB_CLOSE_ON_EXIT=") ? lasting : lasting + ";DB_CLOSE_ON_EXIT=FALSE";
    }

    private static String escaped(Path path) {
        return path.toString().replace(";", "\\;");
    }

    private Optional<Secret> adminToken() {
        return values.text("TASKCENTER_ADMIN_TOKEN").map(token -> {
            if (!TOKEN.matcher(token).matches()) {
                throw new WrongSetting(
                        "TASKCENTER_ADMIN_TOKEN", "(secret)", "8 to 200 printable ASCII characters without blanks");
            }
            return new Secret(token);
        });
    }

    private KeySettings secretKeys(boolean required) {
        Optional<Secret> current = secretKey("TASKCENTER_SECRET_KEY");
        if (required && current.isEmpty()) {
            throw new WrongSetting(
                    "TASKCENTER_SECRET_KEY", "", SECRET_KEY + ", the same for all members: PostgreSQL needs one");
        }
        return new KeySettings(current, secretKey("TASKCENTER_SECRET_KEY_OLD"));
    }

    private Optional<Secret> secretKey(String key) {
        return values.text(key).map(text -> {
            if (!isSecretKey(text)) {
                throw new WrongSetting(key, "(secret)", SECRET_KEY);
            }
            return new Secret(text);
        });
    }

    private static boolean isSecretKey(String text) {
        try {
            return Base64.getDecoder().decode(text).length == SECRET_KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private List<Cidr> ranges(String key) {
        List<Cidr> ranges = new ArrayList<>();
        for (String part : values.text(key).orElse("").split(",")) {
            if (!part.isBlank()) {
                ranges.add(range(key, part.strip()));
            }
        }
        return List.copyOf(ranges);
    }

    private static Cidr range(String key, String text) {
        try {
            return Cidr.parse(text);
        } catch (IllegalArgumentException e) {
            throw new WrongSetting(key, text, "address ranges separated by commas, such as 127.0.0.0/8,fd00::/8");
        }
    }
}
