package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.Reply;

/** Tasks that one client has handed in as a group to one target, and what the centre tells of them. */
final class Group {
    static final Duration PATIENCE = Duration.ofSeconds(180);

    private static final int MESSAGE = 500;
    private static final int PAGE = 1_000;

    private final String from;
    private final String name;
    private final Target target;
    private final Set<String> acknowledged = new LinkedHashSet<>();
    private Consumer<ObjectNode> extras = task -> {};
    private int next;

    Group(String from, String name, Target target) {
        this.from = from;
        this.name = name;
        this.target = target;
    }

    /** Gives the {@code task} of each call handed in from now on what the centre's extras are. */
    Group with(Consumer<ObjectNode> more) {
        extras = extras.andThen(more);
        return this;
    }

    /** Hands in so many more tasks, in messages of 500, and sees each acknowledged. */
    Group add(ManagerClient manager, int count) {
        for (int left = count; left > 0; left -= MESSAGE) {
            int some = Math.min(left, MESSAGE);
            assertThat(offer(manager, some).status()).isEqualTo(200);
        }
        return this;
    }

    /** Hands in one message of so many more tasks. Those that are acknowledged count, the others never were. */
    Reply offer(ManagerClient manager, int count) {
        List<ObjectNode> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = name + "-" + next++;
            ObjectNode task =
                    ManagerClient.task(from, id, "POST", target.uri(id)).put("group", name);
            extras.accept((ObjectNode) task.get("task"));
            tasks.add(task);
        }
        Reply reply = manager.add(tasks);
        if (reply.status() == 200) {
            for (JsonNode result : reply.at("/results")) {
                assertThat(result.path("status").textValue())
                        .as(result.toString())
                        .isEqualTo("ack");
                acknowledged.add(result.path("id").textValue());
            }
        }
        return reply;
    }

    /** The ids of all that were acknowledged. */
    Set<String> ids() {
        return acknowledged;
    }

    /** All tasks of the group as get_status tells of them, by id. */
    Map<String, JsonNode> lines(ManagerClient manager) {
        Map<String, JsonNode> lines = new TreeMap<>();
        int total = Integer.MAX_VALUE;
        for (int offset = 0; offset < total; offset += PAGE) {
            ObjectNode page =
                    ManagerClient.group(from, name).put("offset", offset).put("limit", PAGE);
            Reply reply = manager.status(page);
            assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
            total = reply.at("/count/total").intValue();
            for (JsonNode line : reply.at("/results")) {
                lines.put(line.path("id").textValue(), line);
            }
        }
        return lines;
    }

    /** Those of {@link #lines} that have ended. */
    Map<String, JsonNode> ended(ManagerClient manager) {
        return only(lines(manager), Group::isEnded);
    }

    /** Waits until all that were acknowledged have ended, and tells how. */
    Map<String, JsonNode> awaitEnds(ManagerClient manager) {
        return await(
                "the end of all of " + name,
                manager,
                lines -> lines.values().stream().allMatch(Group::isEnded));
    }

    /** Waits until the tasks of the group, of which none may be missing, are as they are wanted. */
    Map<String, JsonNode> await(String what, ManagerClient manager, Predicate<Map<String, JsonNode>> wanted) {
        Map<String, JsonNode> seen = new LinkedHashMap<>();
        return Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .until(
                        () -> {
                            Map<String, JsonNode> lines = lines(manager);
                            assertThat(lines.keySet()).containsAll(acknowledged);
                            assertThat(lines).containsAllEntriesOf(seen);
                            seen.putAll(only(lines, Group::isEnded));
                            return lines;
                        },
                        wanted);
    }

    private void assertNothingLost(Map<String, JsonNode> lines) {
        Set<String> lost = new LinkedHashSet<>(acknowledged);
        lost.removeAll(lines.keySet());
        assertThat(lost).as("acknowledged and lost").isEmpty();
    }

    /** That tasks which had ended are as they were. */
    static void assertUnchanged(Map<String, JsonNode> before, Map<String, JsonNode> now) {
        assertThat(only(before, line -> !line.equals(now.get(line.path("id").textValue()))))
                .as("ended tasks that are no longer what they were")
                .isEmpty();
    }

    static boolean isEnded(JsonNode line) {
        return List.of("finish", "error").contains(line.path("status").textValue());
    }

    /** That they ended with an answer of the target, one that it gave for this very task. */
    void assertFinished(Collection<JsonNode> lines) {
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.path("status").textValue()).isEqualTo("finish");
            assertThat(line.at("/result/code").intValue()).isEqualTo(200);
            assertThat(line.at("/result/body").textValue())
                    .isIn(target.answers(line.path("id").textValue()));
        });
    }

    private static Map<String, JsonNode> only(Map<String, JsonNode> lines, Predicate<JsonNode> which) {
        return lines.entrySet().stream()
                .filter(entry -> which.test(entry.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
