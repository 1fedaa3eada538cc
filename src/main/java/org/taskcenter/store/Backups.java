package org.taskcenter.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.taskcenter.config.DatabaseSettings;

/**
 * Backups of the embedded database, taken while it is in use. Only the process that has it open can take one; PostgreSQL has
 * tools of its own for that.
 */
public final class Backups {
    /** So many are kept; the oldest ones go. */
    static final int KEPT = 5;

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern(
                    "'taskcenter-'yyyyMMdd'T'HHmmss.SSS'Z.zip'")
            .withZone(ZoneOffset.UTC);

    private final Database database;
    private final boolean possible;
    private final Path folder;
    private final Clock clock;
    private final ReentrantLock taking = new ReentrantLock();

    /**
     * @param settings which database it is
     * @param home the backups go into the folder {@code backups} in it
     */
    public Backups(Database database, DatabaseSettings settings, Path home, Clock clock) {
        this.database = database;
        this.possible = !settings.isPostgresql();
        this.folder = home.resolve("backups");
        this.clock = clock;
    }

    /**
     * A finished backup.
     *
     * @param file a ZIP archive with the database's file
     * @param bytes its size
     */
    public record Backup(Path file, long bytes) {}

    /** Whether this database is backed up here at all. */
    public boolean isPossible() {
        return possible;
    }

    /**
     * Takes a backup: all that was acknowledged before this began is in it.
     *
     * @return nothing where another one is being taken
     * @throws IOException where the file cannot be written
     * @throws SQLException where the database does not do it
     */
    public Optional<Backup> take() throws IOException, SQLException {
        if (!possible) {
            throw new IllegalStateException("not this database");
        }
        if (!taking.tryLock()) {
            return Optional.empty();
        }
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path unfinished = folder.resolve("unfinished");
            Path file = folder.resolve(NAME.format(clock.instant()));
            database.statement(connection -> {
                try (PreparedStatement backup = connection.prepareStatement("backup to ?")) {
                    backup.setString(1, unfinished.toString());
                    return backup.execute();
                }
            });
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            removeOld();
            return Optional.of(new Backup(file, Files.size(file)));
        } finally {
            taking.unlock();
        }
    }

    private void removeOld() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> old = files.filter(
                            file -> file.getFileName().toString().matches("taskcenter-\\d{8}T\\d{6}\\.\\d{3}Z\\.zip"))
                    .sorted(Comparator.reverseOrder())
                    .skip(KEPT)
                    .toList();
            for (Path file : old) {
                Files.delete(file);
            }
        }
    }
}
