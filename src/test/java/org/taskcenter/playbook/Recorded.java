package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

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

    List<String> done() {
        return events().stream()
                .filter(Event.Done.class::isInstance)
                .map(event -> ((Event.Done) event).node())
                .toList();
    }

    void awaitLine(String task) {
        Awaitility.await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS).untilAsserted(() -> {
            assertThat(isOver()).as("over: %s", events()).isFalse();
            assertThat(lines()).extracting(Event.Line::task).contains(task);
        });
    }
}
