package org.taskcenter.api.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BodyTest {
    private static final String TOO_LARGE = "1e9" + "0".repeat(300);

    @Test
    void anExponentThatIsTooLongIsUnreadable() {
        byte[] body = ("{\"fork_num\": " + TOO_LARGE + "}").getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Body.read(new ByteArrayInputStream(body), 10_000))
                .isInstanceOf(Wrong.class)
                .hasMessage("json encode error");
        assertThat(Body.parse("[" + TOO_LARGE + "]")).isEmpty();
    }

    private static Body body(String json) {
        return Body.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), 10_000);
    }

    @Test
    void halfACharacterIsToldAsSuchWhereverItStands() {
        String half = "\\ud83d";
        String why = " holds half of a character: a surrogate (\\ud800 to \\udfff) alone";
        Map<String, Consumer<Body>> reading = Map.of(
                "{\"name\": \"a%s\"}", body -> body.name("name"),
                "{\"user\": \"a%s\"}", body -> body.word("user"),
                "{\"tags\": [\"a\", \"%s\"]}", body -> body.words("tags"),
                "{\"params\": {\"a\": [\"%s\"]}}", WorkText::variables,
                "{\"params\": \"{\\\"a\\\": \\\"\\%s\\\"}\"}", WorkText::variables,
                "{\"params\": \"%s\"}", WorkText::variables,
                "{\"tasks\": [{\"command\": \"%s\"}]}", WorkText::read,
                "{\"tasks\": \"- command: %s\"}", WorkText::read);
        reading.forEach((json, read) -> assertThatThrownBy(() -> read.accept(body(json.formatted(half))))
                .as(json)
                .hasMessage("param error, error: " + json.substring(2, json.indexOf('"', 2)) + why));
        assertThat(body("{\"name\": \"\\ud83d\\ude00\"}").name("name")).contains("\ud83d\ude00");
    }

    @Test
    void namesOfAnsiblesGroupsAreNoNodes() {
        for (String name : List.of("all", "ungrouped")) {
            assertThatThrownBy(() -> Nodes.read(body("{\"nodes\": [\"n1\", \"" + name + "\"]}")))
                    .hasMessageStartingWith("param error, error: nodes must be addresses or host names: " + name);
        }
        assertThat(Nodes.read(body("{\"nodes\": \"localhost,all.example\"}")))
                .containsExactly("localhost", "all.example");
    }

    @Test
    void aHostNameMayEndInADot() {
        String longest = "a".repeat(49) + ".example".repeat(25) + ".xyz";
        for (String name : List.of("a.example.com.", "a.", longest, longest + ".")) {
            assertThat(Nodes.isNode(name)).as(name).isTrue();
        }
        for (String name : List.of(".", "", "a..", "a.example..", "192.0.2.1.", "a.5.", "::1.", longest + "z")) {
            assertThat(Nodes.isNode(name)).as(name).isFalse();
        }
    }
}
