package org.taskcenter.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a program so that it is killed when this JVM is gone, however that ended: a shell beside it holds the other
 * end of a pipe of ours. The process is the program itself; close its output stream when it has ended.
 */
final class Leash {

    private static final String SHELL = """
            exec 3<&0
            {
              while read -r any; do :; done
              read -r pid name state parent rest </proc/self/stat
              if [ "$parent" = "$$" ]; then kill -s KILL "$$"; fi
            } <&3 >/dev/null 2>&1 &
            exec "$@" </dev/null 3<&-
            """;

    private Leash() {}

    static Process start(ProcessBuilder builder) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", SHELL, "sh"));
        command.addAll(builder.command());
        return builder.command(command).start();
    }
}
