package org.taskcenter.playbook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.taskcenter.config.AnsibleSettings;

/** What is said to the supervisor: lines of JSON. */
final class Messages {
    /** Escapes what is not ASCII, so that a text with half a character can be sent, too. */
    static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private Messages() {}

    static String settings(Path home, AnsibleSettings settings, Ansible ansible, Timing timing) {
        ObjectNode said = JSON.createObjectNode();
        said.put("home", home.toString());
        said.put("hostKeys", settings.hostKeys().name());
        said.put("privateKey", settings.privateKey().map(Path::toString).orElse(null));
        addAll(said, "wrapper", settings.wrapper());
        addAll(said, "isolation", ansible.isolation());
        said.put("stopGrace", seconds(timing.stopGrace()));
        said.put("lostGrace", seconds(timing.lostGrace()));
        return line(said);
    }

    static String run(String name, Order order) {
        ObjectNode said = about("run", name);
        said.put("kind", order.work().kind().name());
        said.put("text", order.work().text());
        said.put("variables", order.variables());
        for (Order.Node node : order.nodes()) {
            ObjectNode each = said.withArray("/nodes").addObject();
            each.put("name", node.name());
            each.put("privateKey", node.privateKey().orElse(null));
        }
        said.put("user", order.user());
        said.put("forks", order.forks());
        said.put("check", order.check());
        addAll(said, "tags", order.tags());
        addAll(said, "skipTags", order.skipTags());
        said.put("limit", seconds(order.limit()));
        return line(said);
    }

    static String stop(String name) {
        return line(about("stop", name));
    }

    static String used(String name, int bytes) {
        return line(about("ack", name).put("bytes", bytes));
    }

    /**
     * The answer to a tick.
     *
     * @param tick the time that the supervisor gave, in its own terms
     */
    static String renew(String tick, Duration left) {
        BigDecimal until = new BigDecimal(tick).add(BigDecimal.valueOf(left.toMillis(), 3));
        ObjectNode said = JSON.createObjectNode();
        said.put("do", "renew");
        said.put("until", until.doubleValue());
        return line(said);
    }

    static JsonNode read(byte[] text) throws IOException {
        return JSON.readTree(text);
    }

    private static ObjectNode about(String what, String name) {
        ObjectNode said = JSON.createObjectNode();
        said.put("do", what);
        said.put("id", name);
        return said;
    }

    private static void addAll(ObjectNode to, String field, List<String> words) {
        words.forEach(to.putArray(field)::add);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static String line(ObjectNode said) {
        try {
            return JSON.writeValueAsString(said) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
