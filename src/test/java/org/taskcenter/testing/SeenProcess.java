package org.taskcenter.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A process of this machine that was alive when it was looked at.
 *
 * @param started when, in ticks since the machine's start: its number may be another's later
 * @param command its arguments, separated by blanks
 */
public record SeenProcess(long pid, long parent, long started, String command) {
    private static final int PARENT = 1;
    private static final int STARTED = 19;

    /** All that descend from one, parents first. */
    public static List<SeenProcess> below(long root) {
        List<SeenProcess> all = all(process -> true);
        List<SeenProcess> found = new ArrayList<>(childrenOf(root, all));
        for (int i = 0; i < found.size(); i++) {
            found.addAll(childrenOf(found.get(i).pid(), all));
        }
        return found;
    }

    private static List<SeenProcess> childrenOf(long parent, List<SeenProcess> all) {
        return all.stream().filter(process -> process.parent() == parent).toList();
    }

    /** Those that have this text among their arguments, in their environment or in the name of their folder. */
    public static List<SeenProcess> with(String mark) {
        return all(process -> text(process, "cmdline").contains(mark)
                || text(process, "environ").contains(mark)
                || isIn(process, mark));
    }

    /** Whether it has not ended. One that its parent has not taken notice of yet has. */
    public boolean lives() {
        return of(Path.of("/proc", Long.toString(pid)))
                .filter(process -> process.started() == started)
                .isPresent();
    }

    private static List<SeenProcess> all(Predicate<Path> wanted) {
        try (Stream<Path> files = Files.list(Path.of("/proc"))) {
            return files.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(wanted)
                    .flatMap(path -> of(path).stream())
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Optional<SeenProcess> of(Path process) {
        String stat = text(process, "stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        if (fields.length <= STARTED || fields[0].equals("Z") || fields[0].equals("X")) {
            return Optional.empty();
        }
        return Optional.of(new SeenProcess(
                Long.parseLong(process.getFileName().toString()),
                Long.parseLong(fields[PARENT]),
                Long.parseLong(fields[STARTED]),
                text(process, "cmdline").replace('\0', ' ').strip()));
    }

    private static boolean isIn(Path process, String mark) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).toString().contains(mark);
        } catch (IOException e) {
            return false; // it has ended, or is the kernel's
        }
    }

    private static String text(Path process, String file) {
        try {
            return Files.readString(process.resolve(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }
}
