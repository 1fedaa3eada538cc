package org.taskcenter.config;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** A program that judges the environment in a moment, before a server is started with it, which takes its time. */
public final class Check {
    private Check() {}

    /** Says in one line what is wrong, and ends with 1; or with 0. */
    public static void main(String[] arguments) {
        try {
            Settings settings = Settings.read(System::getenv);
            listen(settings);
        } catch (WrongSetting e) {
            System.err.println("Task Center cannot start: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void listen(Settings settings) {
        InetSocketAddress address = new InetSocketAddress(settings.bind(), settings.port());
        if (address.isUnresolved()) {
            throw new WrongSetting("TASKCENTER_BIND", settings.bind(), Reader.BIND);
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address);
        } catch (BindException e) {
            if (String.valueOf(e.getMessage()).contains("in use")) {
                throw new WrongSetting(
                        "TASKCENTER_HTTP_PORT", "" + settings.port(), "a port that no other program uses");
            }
            throw new WrongSetting("TASKCENTER_BIND", settings.bind(), Reader.BIND + " (" + e.getMessage() + ")");
        } catch (IOException e) {
            throw new WrongSetting(
                    "TASKCENTER_HTTP_PORT",
                    "" + settings.port(),
                    "a port that can be listened on (" + e.getMessage() + ")");
        }
    }
}
