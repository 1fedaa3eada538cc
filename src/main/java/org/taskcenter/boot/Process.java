package org.taskcenter.boot;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.taskcenter.config.Secret;
import org.taskcenter.config.Settings;
import org.taskcenter.config.Standalone;
import org.taskcenter.secret.PrivateFile;

/**
 * The process that the centre runs in. Started by {@code ./taskcenter run} it is the centre's own and ends with it, also when
 * it could not start; on an application server it is somebody else's.
 */
@ApplicationScoped
class Process {
    static final String TOKEN_FILE = "admin.token";
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

    /**
     * Tells who started it where the centre is, as soon as it answers. On a server nobody reads along, and a log is no place
     * for a token, so a file tells it.
     */
    void greet(Settings settings, Optional<Secret> newAdminToken) {
        if (!own) {
            newAdminToken.ifPresent(token -> leave(token, settings.home().resolve(TOKEN_FILE)));
        } else {
            greeting = new Thread(new Greeting(Standalone.terminal(), settings, newAdminToken), "taskcenter-greeting");
            greeting.setDaemon(true);
            greeting.start();
        }
    }

    private static void leave(Secret token, Path file) {
        try {
            PrivateFile.write(file, token.value());
            BootLog.LOG.leftAdminToken(file);
        } catch (IOException e) {
            BootLog.LOG.cannotLeaveAdminToken(file, e.toString());
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
