package org.taskcenter.api;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;

/** A body that is here; or will not be, and whoever reads it is told why. */
final class ArrivedBody extends ServletInputStream {
    private final byte[] bytes;
    private final int length;
    private final Refused refusal;
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
        return new ArrivedBody(new byte[0], 0, refusal);
    }

    /** Why it will not come; null where it is here. */
    Refused refusal() {
        return refusal;
    }

    @Override
    public int read() {
        check();
        return next == length ? -1 : bytes[next++] & 0xFF;
    }

    @Override
    public int read(byte[] to, int from, int most) {
        check();
        if (next == length && most > 0) {
            return -1;
        }
        int read = Math.min(most, length - next);
        System.arraycopy(bytes, next, to, from, read);
        next += read;
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
