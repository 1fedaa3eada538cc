package org.taskcenter.boot;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.taskcenter.config.Secret;
import org.taskcenter.config.Settings;
import org.taskcenter.config.Standalone;

/**
 * The process that the centre runs in. Started by {@code ./taskcenter run} it is the centre's own and ends with it, also when
 * it could not start; on an application server it is somebody else's.
 */
@ApplicationScoped
class Process {
    private final boolean own = Standalone.is();
    private Thread greeting;

    /** Has an own process log which request made it say what it says. An application server has a format of its own. */
    void formatLog() {
        if (own) {
            for (Handler handler : Logger.getLogger("").getHandlers()) {
                handler.setFormatter(new LogLines());
            }
        }
    }

    /** Tells who started it where the centre is, as soon as it answers. */
    void greet(Settings settings, Optional<Secret> newAdminToken) {
        if (own) {
            greeting = new Thread(new Greeting(Standalone.terminal(), settings, newAdminToken), "taskcenter-greeting");
            greeting.setDaemon(true);
            greeting.start();
        }
    }

    /** Ends an own process. On a server, the exception returned fails the deployment. */
    IllegalStateException cannotStart(String reason, Exception cause) {
        Standalone.giveUp(reason);
        BootLog.LOG.cannotStart(reason);
        return new IllegalStateException(reason, cause);
    }

    /** From now on the JVM may be on its way down. */
    void stopping() {
        if (own && isEnding()) {
            keepLog();
        }
    }

    /** Ends an own process that was not asked to stop: the server takes the application back because its deployment failed. */
    void stopped() {
        if (greeting != null) {
            greeting.interrupt();
        }
        if (own && !isEnding()) {
            Standalone.terminal().println("Task Center stopped: the server took it back. Its log tells why.");
            Runtime.getRuntime().halt(1);
        }
    }

    /** An ending JVM closes its log at once, the server prints what nobody asked for; what we log while draining is wanted. */
    private static void keepLog() {
        Logger log = Logger.getLogger("org.taskcenter");
        log.setUseParentHandlers(false);
        log.addHandler(new TerminalHandler(Standalone.terminal()));
        Logger.getLogger("PayaraMicro").setLevel(Level.WARNING);
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
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

    private static final class TerminalHandler extends StreamHandler {
        TerminalHandler(PrintStream out) {
            super(out, new LogLines());
        }

        @Override
        public synchronized void publish(LogRecord message) {
            super.publish(message);
            flush();
        }
    }
}
