package org.taskcenter.boot;

import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.taskcenter.config.Secret;
import org.taskcenter.config.Settings;

/** The last lines of a start, printed when the centre answers at its address. */
final class Greeting implements Runnable {
    private static final int PAUSE_MILLIS = 100;
    private final PrintStream out;
    private final String address;
    private final List<String> lines;

    Greeting(PrintStream out, Settings settings, Optional<Secret> newAdminToken) {
        this.out = out;
        this.address = "http://" + host(settings.bind()) + ":" + settings.port() + "/";
        this.lines = List.of(
                "Task Center runs at " + address,
                "  data           " + place(settings),
                newAdminToken
                        .map(token -> "  administrator  " + token.value() + "  (its token; it is not shown again)")
                        .orElse("  stop           Ctrl-C"));
    }

    @Override
    public void run() {
        try {
            while (!answers()) {
                Thread.sleep(PAUSE_MILLIS);
            }
            out.println(String.join(System.lineSeparator(), lines));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean answers() {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create(address + "health/ready").toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(3000);
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    private static String host(String bind) {
        if (bind.equals("0.0.0.0") || bind.equals("::")) {
            return "127.0.0.1";
        }
        return bind.contains(":") ? "[" + bind + "]" : bind;
    }

    private static String place(Settings settings) {
        return settings.database().isPostgresql()
                ? settings.database().place() + " and " + settings.home()
                : settings.home().toString();
    }
}
