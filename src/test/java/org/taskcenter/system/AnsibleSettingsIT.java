package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.testing.ChannelClient.inside;
import static org.taskcenter.testing.ChannelClient.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ChannelClient;
import org.taskcenter.testing.ShowOutput;
import org.taskcenter.testing.SshNodes;
import org.taskcenter.testing.StubTarget;

/** What an operator can set for Ansible, in two centres: one that takes care, and one that believes every node. */
@Timeout(300)
@ExtendWith(ShowOutput.class)
class AnsibleSettingsIT {
    @TempDir
    private static Path folder;

    private static SshNodes ssh;
    private static StubTarget keys;
    private static Path calls;
    private static Centre careful;
    private static Centre careless;

    @BeforeAll
    static void start() throws IOException {
        ssh = SshNodes.start(Files.createDirectory(folder.resolve("nodes")), 5);
        keys = StubTarget.start();
        calls = folder.resolve("calls");
        Path wrapper = Files.writeString(folder.resolve("the wrapper"), """
                #!/bin/sh
                echo called >>'%s'
                export WRAPPED_IN="$1"
                shift
                exec "$@"
                """.formatted(calls));
        Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwx------"));
        Path home = Files.createDirectory(folder.resolve("careful"));
        StringBuilder known = new StringBuilder();
        for (String node : ssh.names().subList(0, 3)) {
            known.append(ssh.knownHost(node));
        }
        Files.writeString(Files.createDirectory(home.resolve("ansible")).resolve("known_hosts"), known);
        careful = Centre.setup()
                .in(home)
                .with("TASKCENTER_ANSIBLE_HOST_KEYS", "strict")
                .with("TASKCENTER_ANSIBLE_KEY_URL", keys.uri("/keys/").toString())
                .with("TASKCENTER_ANSIBLE_WRAPPER", "'" + wrapper + "' \"a wrapper\"")
                .idle();
        careless = Centre.setup()
                .with("TASKCENTER_ANSIBLE_HOST_KEYS", "off")
                .with("TASKCENTER_ANSIBLE_PRIVATE_KEY", ssh.key().toString())
                .idle();
        Centre.startAll(careful, careless);
    }

    @AfterAll
    static void stop() {
        careful.close();
        careless.close();
        keys.close();
        ssh.close();
    }

    private static ChannelClient client(Centre centre) {
        return ChannelClient.ofAdmin(centre, "settings");
    }

    private static ObjectNode overSsh(String name, String... nodes) {
        return ssh.overSsh(ChannelClient.playbook(name, "[{shell: echo $NODE}]", nodes));
    }

    private static JsonNode log(JsonNode content, int node) {
        return inside(content.at("/nodes/" + node + "/log"));
    }

    /** From now on the node accepts a key of its own and no other: what the key URL has to answer. */
    private static Answer ownKey(String node) throws IOException {
        return Answer.of(200, ssh.useOwnKey(node));
    }

    @Test
    void eachNodeHasTheKeyThatTheKeyUrlAnswers() throws IOException {
        List<String> nodes = ssh.names().subList(0, 3);
        for (String node : nodes.subList(0, 2)) {
            keys.on("/keys/" + node, ownKey(node));
        }
        keys.on("/keys/" + nodes.get(2), Answer.of(404, "not yet"), ownKey(nodes.get(2)));
        ChannelClient client = client(careful);

        JsonNode end = client.awaitEnd(client.submit("run", overSsh("keys", nodes.toArray(String[]::new))));

        assertThat(status(end)).as(end.toString()).isEqualTo(2);
        for (int i = 0; i < 2; i++) {
            assertThat(log(end, i)).hasSize(1);
            assertThat(log(end, i).get(0).path("stdout").textValue()).isEqualTo(nodes.get(i));
            assertThat(keys.requests("/keys/" + nodes.get(i))).hasSize(1);
        }
        assertThat(log(end, 2).findValuesAsText("status")).containsExactly("unreachable", "ok");
        assertThat(log(end, 2).get(0).path("msg").textValue()).endsWith("the answer is 404");
        assertThat(keys.requests("/keys/" + nodes.get(2))).hasSize(2);
    }

    @Test
    void nodesWhoseHostKeyIsNotKnownAreNotReachedWhereThatIsAskedFor() throws IOException {
        String unknown = ssh.names().get(3);
        keys.on("/keys/" + unknown, ownKey(unknown));
        ChannelClient client = client(careful);

        long id = client.submit("run", overSsh("strict", unknown));

        JsonNode tried = client.await(id, content -> content.at("/nodes/0/log").isTextual());
        assertThat(log(tried, 0).findValuesAsText("status")).containsExactly("unreachable");
        assertThat(log(tried, 0).get(0).path("msg").textValue())
                .containsAnyOf("Host key verification failed", "Data could not be sent to remote host")
                .doesNotContain("Permission denied");
        client.send("stop", ChannelClient.body().put("id", id));
        assertThat(status(client.awaitEnd(id))).isEqualTo(4);
        assertThat(Files.readAllLines(careful.home().resolve("ansible/known_hosts")))
                .hasSize(3);
    }

    @Test
    void aPlaybookIsPutBehindTheWrapper() throws IOException {
        long before = Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
        ChannelClient client = client(careful);

        JsonNode end = client.awaitEnd(
                client.submit("run", ChannelClient.playbook("wrapped", "[{shell: echo $WRAPPED_IN}]", "10.9.8.7")));

        assertThat(status(end)).as(end.toString()).isEqualTo(2);
        assertThat(log(end, 0).get(0).path("stdout").textValue()).isEqualTo("a wrapper");
        assertThat(Files.readAllLines(calls)).hasSize((int) before + 1);
    }

    @Test
    void allNodesAreBelievedWhereThatIsAskedFor() throws IOException {
        String node = ssh.names().get(4);
        ChannelClient client = client(careless);
        assertThat(status(client.awaitEnd(client.submit("run", overSsh("off-1", node)))))
                .isEqualTo(2);

        ssh.changeHostKey(node);

        assertThat(status(client.awaitEnd(client.submit("run", overSsh("off-2", node)))))
                .isEqualTo(2);
        assertThat(careless.home().resolve("ansible/known_hosts")).doesNotExist();
    }
}
