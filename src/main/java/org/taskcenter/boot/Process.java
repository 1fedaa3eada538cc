package org.taskcenter.boot;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.taskcenter.config.Secret;
import org.taskcenter.config.Settings;

/**
 * The process that the centre runs in. Started by {@code ./taskcenter run} it is the centre's own and ends with it, also when
 * it could not start; on an application server it is somebody else's.
 */
final class Process {
    private final boolean own = Boolean.getBoolean("taskcenter.standalone");
    private Thread greeting;

    /** Tells who started it where the centre is, as soon as it answers. */
    void greet(Settings settings, Optional<Secret> newAdminToken) {
        if (own) {
            greeting = new Thread(new Greeting(terminal(), settings, newAdminToken), "taskcenter-greeting");
            greeting.setDaemon(true);
            greeting.start();
        }
    }

    /** Ends an own process. On a server, the exception returned fails the deployment. */
    IllegalStateException cannotStart(String reason, Exception cause) {
        if (own) {
            terminal().println("Task Center cannot start: " + reason);
            Runtime.getRuntime().halt(1);
        }
        BootLog.LOG.cannotStart(reason);
        return new IllegalStateException(reason, cause);
    }

    /** Ends an own process that was not asked to stop: the server takes the application back because its deployment failed. */
    void stopped() {
        if (greeting != null) {
            greeting.interrupt();
        }
        if (own && !isEnding()) {
            terminal().println("Task Center stopped: the server took it back. Its log tells why.");
            Runtime.getRuntime().halt(1);
        }
    }

    private static boolean isEnding() {
        Thread nothing = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(nothing);
            Runtime.getRuntime().removeShutdownHook(nothing);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /** Not {@code System.err}: the server takes that for its log, and whoever reads this wants plain lines. */
    private static PrintStream terminal() {
        return new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    }
}
