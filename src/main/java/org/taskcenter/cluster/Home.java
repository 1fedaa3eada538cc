package org.taskcenter.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/**
 * The home folder as proof of who is gone: while a member runs it holds a lock on a file there, in which its incarnation
 * stands. Who gets the lock knows that the incarnation in the file has ended, and need not wait for its lease to run out.
 */
public final class Home implements AutoCloseable {
    private static final String FILE = "member";

    private final FileChannel file;
    private final OptionalLong predecessor;

    /**
     * Takes the home.
     *
     * @throws IOException where another process has it, or it cannot be written
     */
    public Home(Path folder) throws IOException {
        Path path = folder.resolve(FILE);
        file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(folder);
            predecessor = read();
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private void lock(Path folder) throws IOException {
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new IOException("TASKCENTER_HOME=" + folder
                    + " is in use by another member that runs; give each member a folder of its own");
        }
    }

    private OptionalLong read() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(32);
        file.read(bytes, 0);
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
        try {
            return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** The last incarnation that ran here, which has ended. */
    public OptionalLong predecessor() {
        return predecessor;
    }

    /**
     * Notes the incarnation that runs here now.
     *
     * @throws UncheckedIOException where the file cannot be written
     */
    public void write(long incarnation) {
        ByteBuffer bytes = ByteBuffer.wrap((incarnation + "\n").getBytes(StandardCharsets.US_ASCII));
        try {
            file.truncate(0);
            file.write(bytes, 0);
            file.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives the home free. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}
