package org.taskcenter.playbook;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The Python part, as files. */
final class Program {
    private static final List<String> FILES = List.of(
            "folder",
            "guard",
            "hangup",
            "launch",
            "packing",
            "pinned",
            "piping",
            "playbook",
            "processes",
            "reporting",
            "supervisor",
            "wait");
    private final Path folder;

    private Program(Path folder) {
        this.folder = folder;
    }

    /** Puts it into a folder that is for nobody else. */
    static Program unpack(Path home) throws IOException {
        Path folder = home.resolve("program").resolve("taskcenter");
        Files.createDirectories(folder);
        for (Path each : List.of(home, folder.getParent(), folder)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwx------"));
        }
        for (String name : FILES) {
            try (InputStream in = Program.class.getResourceAsStream(name + ".py")) {
                Path fresh = folder.resolve(name + ".new");
                Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
                Files.move(fresh, folder.resolve(name + ".py"), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return new Program(folder);
    }

    Path file(String name) {
        return folder.resolve(name + ".py");
    }
}
