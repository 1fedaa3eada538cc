package org.taskcenter.api;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;

/** A body that is here; or will not be, and whoever reads it is told why. */
final class ArrivedBody extends ServletInputStream {
    private static final byte[] NONE = new byte[0];

    private final int length;
    private final Refused refusal;
    private byte[] bytes;
    private Runnable atEnd = () -> {};
    private int next;

    private ArrivedBody(byte[] bytes, int length, Refused refusal) {
        this.bytes = bytes;
        this.length = length;
        this.refusal = refusal;
    }

    /** @param bytes of which {@code length} are the body */
    static ArrivedBody whole(byte[] bytes, int length) {
        return new ArrivedBody(bytes, length, null);
    }

    static ArrivedBody refused(Refused refusal) {
        return new ArrivedBody(NONE, 0, refusal);
    }

    /** Why it will not come; null where it is here. */
    Refused refusal() {
        return refusal;
    }

    /** How many bytes it has. */
    int length() {
        return length;
    }

    /** What is done once it has been read to its end: it is not in the memory any more then. */
    void atEnd(Runnable other) {
        atEnd = other;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int from, int most) {
        check();
        if (next == length) {
            return most > 0 ? -1 : 0;
        }
        int read = Math.min(most, length - next);
        System.arraycopy(bytes, next, to, from, read);
        next += read;
        if (next == length && read > 0) {
            bytes = NONE;
            atEnd.run();
        }
        return read;
    }

    @Override
    public int available() {
        check();
        return length - next;
    }

    @Override
    public boolean isFinished() {
        return refusal == null && next == length;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
        throw new IllegalStateException("the body is here already: read it");
    }

    private void check() {
        if (refusal != null) {
            throw refusal;
        }
    }
}
