package org.taskcenter.playbook;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Ansible of this machine.
 *
 * @param python the interpreter that has it
 * @param isolation the interpreter's options that keep foreign code out
 * @param version Ansible's own, such as 2.14.18
 */
public record Ansible(String python, List<String> isolation, String version) {
    private static final Pattern SHEBANG = Pattern.compile("#!\\s*(\\S+)(?:\\s+(\\S+))?.*");
    /** What pip writes where the interpreter's path is too long or has blanks. */
    private static final Pattern LONG_SHEBANG = Pattern.compile("'''exec' \"?(.+?)\"? \"\\$0\" \"\\$@\"");

    /** From 2.19 on Ansible takes no text for a template that is not marked as one, and callback plug-ins are others. */
    private static final Pattern SERVES = Pattern.compile("2\\.1[4-8]\\b.*");

    private static final List<List<String>> ISOLATIONS = List.of(List.of("-I"), List.of("-E"));
    private static final String ASK = "import ansible.release; print(ansible.release.__version__)";
    private static final long PATIENCE_SECONDS = 30;

    /** The one whose {@code ansible-playbook} is found first on the path of this process, or nothing where there is none. */
    public static Optional<Ansible> find() {
        return find(System.getenv("PATH"));
    }

    static Optional<Ansible> find(String path) {
        Optional<Path> command = executable(path, "ansible-playbook");
        if (command.isEmpty()) {
            return Optional.empty();
        }
        Optional<Ansible> found = command.flatMap(file -> interpreter(file, path))
                .flatMap(python -> ISOLATIONS.stream()
                        .flatMap(options ->
                                version(python, options).stream().map(version -> new Ansible(python, options, version)))
                        .findFirst());
        if (found.isEmpty()) {
            PlaybookLog.LOG.noInterpreter(command.get().toString());
        } else if (!SERVES.matcher(found.get().version()).matches()) {
            PlaybookLog.LOG.otherVersion(command.get().toString(), found.get().version());
            return Optional.empty();
        }
        return found;
    }

    private static Optional<Path> executable(String path, String name) {
        return Stream.of((path == null ? "" : path).split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .flatMap(folder -> resolved(folder, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    private static Stream<Path> resolved(String folder, String name) {
        try {
            return Stream.of(Path.of(folder, name));
        } catch (InvalidPathException e) {
            return Stream.empty();
        }
    }

    private static Optional<String> interpreter(Path command, String path) {
        try (BufferedReader reader = Files.newBufferedReader(command, StandardCharsets.UTF_8)) {
            String first = reader.readLine();
            String second = reader.readLine();
            Matcher exec = LONG_SHEBANG.matcher(second == null ? "" : second);
            if (exec.matches()) {
                return Optional.of(exec.group(1));
            }
            Matcher shebang = SHEBANG.matcher(first == null ? "" : first);
            if (!shebang.matches()) {
                return Optional.empty();
            }
            return shebang.group(1).endsWith("/env") && shebang.group(2) != null
                    ? executable(path, shebang.group(2)).map(Path::toString)
                    : Optional.of(shebang.group(1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> version(String python, List<String> options) {
        List<String> words = Stream.of(List.of(python), options, List.of("-c", ASK))
                .flatMap(List::stream)
                .toList();
        ProcessBuilder builder = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD);
        setEnvironment(builder.environment());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            String answer = new String(process.getInputStream().readNBytes(100), StandardCharsets.UTF_8).strip();
            return process.exitValue() == 0 && !answer.isEmpty() ? Optional.of(answer) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** All that a process of ours is given of the centre's environment: nothing that could hold a secret. */
    static void setEnvironment(Map<String, String> environment) {
        Map<String, String> given = Map.copyOf(environment);
        environment.clear();
        environment.put("PATH", given.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
        environment.put("HOME", given.getOrDefault("HOME", System.getProperty("user.home")));
        String language = given.getOrDefault("LANG", "");
        environment.put("LANG", language.matches("(?i).*\\.utf-?8.*") ? language : "C.UTF-8");
        if (given.containsKey("TZ")) {
            environment.put("TZ", given.get("TZ"));
        }
    }
}
