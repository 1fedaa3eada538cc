package org.taskcenter.gate;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The gate of one test, and whatever else is to be closed after it: last opened, first closed. */
final class GateStage implements AfterEachCallback {
    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
    private final Gate gate = closing(Gates.open());

    /** With the usual limits; it may call this machine. */
    Gate gate() {
        return gate;
    }

    <T extends AutoCloseable> T closing(T closeable) {
        toClose.push(closeable);
        return closeable;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        for (AutoCloseable closeable : toClose) {
            closeable.close();
        }
    }
}
