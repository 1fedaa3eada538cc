package org.taskcenter.system;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ChannelClient;
import org.taskcenter.testing.SeenProcess;

/** Nodes of this machine where work waits while it is held, and which note each start of it and where two are at it at a time. */
final class HeldNodes {
    private final Path folder;

    /** @param folder is made, for the notes */
    HeldNodes(Path folder) throws IOException {
        this.folder = Files.createDirectory(folder);
    }

    /** The body of a run whose only task is that work. */
    ObjectNode body(String name, String... nodes) {
        ObjectNode body = ChannelClient.local(name, nodes);
        body.put("fork_num", 4);
        body.withObject("/params").put("here", folder.toString());
        return body.put("tasks", """
                - name: work
                  shell: |
                    cd {{ here }}
                    flock -n lock-$NODE sh -c 'echo x >>starts-$NODE; while test -e hold-$NODE; do sleep 0.1; done' || echo $NODE >>doubles
                  environment:
                    NODE: "{{ inventory_hostname }}"
                """);
    }

    void hold(String... nodes) throws IOException {
        for (String node : nodes) {
            Files.writeString(folder.resolve("hold-" + node), "");
        }
    }

    void release(String... nodes) throws IOException {
        for (String node : nodes) {
            Files.delete(folder.resolve("hold-" + node));
        }
    }

    /** How often a node was begun. */
    int starts(String node) {
        return lines("starts-" + node).size();
    }

    /** The nodes at which another was still at work when one began. */
    List<String> doubles() {
        return lines("doubles");
    }

    /** The member that does this work. */
    Centre memberAt(String node, Centre... members) {
        List<SeenProcess> atIt = SeenProcess.with("NODE=" + node);
        return Stream.of(members)
                .filter(member -> SeenProcess.below(member.pid()).stream().anyMatch(atIt::contains))
                .findAny()
                .orElseThrow(() -> new AssertionError("nobody is at " + node));
    }

    /** What there is of runs: all below the supervisors of these members, and what bears the marks of their runs and is not. */
    List<String> processes(Centre... members) {
        Stream<SeenProcess> found = SeenProcess.with(folder.toString()).stream();
        for (Centre member : members) {
            found = Stream.concat(found, SeenProcess.with(member.home() + "/ansible/work/").stream());
            if (member.isAlive()) {
                found = Stream.concat(
                        found,
                        SeenProcess.below(member.pid()).stream().filter(process -> process.parent() != member.pid()));
            }
        }
        return found.map(SeenProcess::command).toList();
    }

    private List<String> lines(String file) {
        try {
            Path path = folder.resolve(file);
            return Files.exists(path) ? Files.readAllLines(path) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
