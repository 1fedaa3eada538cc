package org.taskcenter.ansible;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.taskcenter.playbook.Event;
import org.taskcenter.playbook.Exit;
import org.taskcenter.playbook.Exit.NodeResult;
import org.taskcenter.playbook.Playbooks;

/** Tells, beside what happens on the others, of nodes that cannot be reached for want of a key. */
final class Keyless implements Playbooks.Listener {
    private static final String TASK = "Getting the SSH key";

    private final Map<String, String> reasons;
    private final Playbooks.Listener listener;

    /** @param reasons why, by node */
    Keyless(Map<String, String> reasons, Playbooks.Listener listener) {
        this.reasons = reasons;
        this.listener = listener;
    }

    void tell() {
        if (!reasons.isEmpty()) {
            listener.happened(reasons.entrySet().stream()
                    .map(each -> line(each.getKey(), each.getValue()))
                    .toList());
        }
    }

    private static Event line(String node, String reason) {
        Instant now = Instant.now();
        return new Event.Line(
                node, TASK, Event.Status.UNREACHABLE, false, false, now, now, null, null, null, null, reason);
    }

    @Override
    public void happened(List<Event> events) {
        listener.happened(events);
    }

    @Override
    public void ended(Exit exit) {
        Map<String, NodeResult> results = new HashMap<>(exit.results());
        reasons.keySet().forEach(node -> results.put(node, NodeResult.UNREACHABLE));
        listener.ended(new Exit(exit.cause(), results, exit.error()));
    }
}
