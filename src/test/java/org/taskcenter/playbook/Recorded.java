package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.taskcenter.playbook.Exit.NodeResult;

/** Hears a run, and remembers it. */
class Recorded implements Playbooks.Listener {
    static final long PATIENCE_SECONDS = 60;
    private final List<Event> events = new ArrayList<>();
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();
    Playbooks.Running running;

    @Override
    public synchronized void happened(List<Event> happened) {
        assertThat(exit).isNotDone();
        events.addAll(happened);
    }

    @Override
    public void ended(Exit how) {
        assertThat(exit.complete(how)).as("told once").isTrue();
    }

    Exit exit() {
        try {
            return exit.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no end; so far: " + events(), e);
        }
    }

    boolean isOver() {
        return exit.isDone();
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    List<Event.Line> lines() {
        return events().stream()
                .filter(Event.Line.class::isInstance)
                .map(Event.Line.class::cast)
                .toList();
    }

    /** The lines but those of the gathering of facts. */
    List<Event.Line> ownLines() {
        return lines().stream()
                .filter(line -> !line.task().equals("Gathering Facts"))
                .toList();
    }

    /** The one line of the task of this name. */
    Event.Line line(String task) {
        List<Event.Line> found =
                lines().stream().filter(line -> line.task().equals(task)).toList();
        assertThat(found).as("lines of %s in %s", task, events()).hasSize(1);
        return found.get(0);
    }

    /** The nodes on which something was begun, in that order. */
    List<String> begun() {
        return events().stream()
                .filter(Event.Begun.class::isInstance)
                .map(event -> ((Event.Begun) event).node())
                .toList();
    }

    /** The nodes for which nothing is left to do, in the order in which that was told, and what came of each. */
    Map<String, NodeResult> through() {
        Map<String, NodeResult> through = new LinkedHashMap<>();
        for (Event event : events()) {
            if (event instanceof Event.Through node) {
                assertThat(through.put(node.node(), node.result()))
                        .as("told once")
                        .isNull();
            }
        }
        return through;
    }

    /** Those of them that have done well. */
    List<String> done() {
        return through().entrySet().stream()
                .filter(node -> node.getValue() == NodeResult.SUCCEEDED)
                .map(Map.Entry::getKey)
                .toList();
    }

    void awaitLine(String task) {
        Awaitility.await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS).untilAsserted(() -> {
            assertThat(isOver()).as("over: %s", events()).isFalse();
            assertThat(lines()).extracting(Event.Line::task).contains(task);
        });
    }
}
