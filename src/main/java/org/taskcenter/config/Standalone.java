package org.taskcenter.config;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Whether this process is the centre's own, as {@code ./taskcenter run} starts it, and not an application server's. */
public final class Standalone {
    private Standalone() {}

    public static boolean is() {
        return Boolean.getBoolean("taskcenter.standalone");
    }

    /** Where whoever started the process reads. Not {@code System.err}: the server takes that for its log. */
    public static PrintStream terminal() {
        return new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    }

    /**
     * Ends an own process, at once and with 1: the server would go on without the centre. On an application server it does
     * nothing, and the deployment has to fail by itself.
     *
     * @param reason one line that says what to do
     */
    public static void giveUp(String reason) {
        if (is()) {
            terminal().println("Task Center cannot start: " + reason);
            Runtime.getRuntime().halt(1);
        }
    }
}
