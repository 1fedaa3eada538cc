package org.taskcenter.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Folders that tests have made. */
public final class Folders {
    private Folders() {}

    /** Removes a folder with all that is in it, and with what processes that are just ending still write into it or remove from it. */
    public static void delete(Path folder) throws IOException {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .ignoreException(DirectoryNotEmptyException.class)
                .ignoreException(UncheckedIOException.class)
                .until(() -> deleteNow(folder));
    }

    private static boolean deleteNow(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.deleteIfExists(each);
                }
            }
        }
        return true;
    }
}
