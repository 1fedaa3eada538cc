package org.taskcenter.playbook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.taskcenter.testing.Folders;

/** The one supervisor that the tests of runs on nodes that are this machine share. It ends with this JVM. */
final class ThisMachine {
    static final Path HOME;
    static final Stage STAGE;

    static {
        try {
            HOME = Files.createTempDirectory("taskcenter-runs-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        STAGE = Stage.in(HOME);
        Runtime.getRuntime().addShutdownHook(new Thread(ThisMachine::end, "runs-stage-at-exit"));
    }

    private ThisMachine() {}

    private static void end() {
        STAGE.close();
        try {
            Folders.delete(HOME);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
