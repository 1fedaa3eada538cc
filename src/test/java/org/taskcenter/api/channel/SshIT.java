package org.taskcenter.api.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.channel.Stage.CENTRE;
import static org.taskcenter.api.channel.Stage.FIELD;
import static org.taskcenter.api.channel.Stage.ORION;
import static org.taskcenter.api.channel.Stage.SSH;
import static org.taskcenter.api.channel.Stage.UNREACHABLE;
import static org.taskcenter.api.channel.Stage.name;
import static org.taskcenter.api.channel.Stage.statuses;
import static org.taskcenter.testing.ChannelClient.body;
import static org.taskcenter.testing.ChannelClient.inside;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.taskcenter.testing.ChannelClient;
import org.taskcenter.testing.ShowOutput;

/** Runs on nodes that are logged in to: those that cannot be reached, those that are not believed, and fast ones beside a slow one. */
@Timeout(300)
@ExtendWith(ShowOutput.class)
class SshIT {
    @Test
    void unreachableNodesAreTriedTwiceMoreAndOthersAreNotRunAgain() throws IOException {
        JsonNode end = FIELD.awaitEnd(UNREACHABLE);

        assertThat(end.at("/task/status").intValue()).as(end.toString()).isEqualTo(5);
        assertThat(statuses(end)).containsExactly(3, 2);
        assertThat(inside(end.at("/task/err")).at("/msg").textValue()).startsWith("127.0.0.99: unreachable");
        assertThat(inside(end.at("/nodes/0/log")).findValuesAsText("status"))
                .containsExactly("unreachable", "unreachable", "unreachable");
        assertThat(inside(end.at("/nodes/1/log"))).hasSize(1);
        assertThat(Files.readAllLines(SSH.folder(SSH.names().get(0)).resolve("runs")))
                .hasSize(1);
    }

    private static ObjectNode overSsh(String node) {
        ObjectNode run = body().put("name", name()).put("user", SSH.user()).put("params", SSH.variables());
        run.withArray("/nodes").add(node);
        return run.put("tasks", "- hosts: all\n  gather_facts: false\n  tasks: [{command: id}]");
    }

    @Test
    void aNodeIsBelievedForTheHostKeyThatWasSeenFirst() throws IOException {
        String node = SSH.names().get(21);
        assertThat(ChannelClient.status(FIELD.awaitEnd(FIELD.submit("run", overSsh(node)))))
                .isEqualTo(2);
        Path known = CENTRE.home().resolve("ansible/known_hosts");
        assertThat(Files.readString(known)).contains(SSH.knownHost(node).split(" ")[2]);

        SSH.changeHostKey(node);
        long id = FIELD.submit("run", overSsh(node));

        JsonNode tried = FIELD.await(id, content -> content.at("/nodes/0/log").isTextual());
        assertThat(inside(tried.at("/nodes/0/log")).findValuesAsText("status")).containsExactly("unreachable");
        assertThat(inside(tried.at("/nodes/0/log")).get(0).path("msg").textValue())
                .containsAnyOf("Host key verification failed", "Data could not be sent to remote host");
        assertThat(Files.readString(known)).doesNotContain(SSH.knownHost(node).split(" ")[2]);
        FIELD.send("stop", body().put("id", id));
        assertThat(ChannelClient.status(FIELD.awaitEnd(id))).isEqualTo(4);
    }

    @Test
    void overSshTheFastOnesAreDoneWhileASlowOneStillWorks() throws IOException {
        List<String> nodes = SSH.names().subList(1, 21);
        Path hold = Files.writeString(SSH.folder(nodes.get(0)).resolve("hold"), "");
        Files.writeString(SSH.folder(nodes.get(1)).resolve("failing"), "");
        SSH.stop(nodes.get(2));
        SSH.refuseKeys(nodes.get(3));
        ObjectNode run = body().put("name", name()).put("user", SSH.user()).put("params", SSH.variables());
        nodes.forEach(run.withArray("/nodes")::add);
        run.put("fork_num", 10).put("tasks", """
                [{"shell": "while test -e $NODE_FOLDER/hold; do sleep 0.1; done"},
                 {"shell": "test ! -e $NODE_FOLDER/failing && echo I am $NODE"}]""");

        long id = ORION.submit("run", run);

        JsonNode most = FIELD.await(
                id,
                content ->
                        statuses(content).stream().filter(status -> status == 2).count() == 16);
        assertThat(most.at("/task/status").intValue()).isEqualTo(1);
        assertThat(statuses(most).get(0)).isEqualTo(1);
        Files.delete(hold);
        JsonNode end = FIELD.awaitEnd(id);
        assertThat(end.at("/task/status").intValue()).isEqualTo(5);
        List<Integer> expected = new ArrayList<>(Collections.nCopies(20, 2));
        expected.subList(1, 4).replaceAll(status -> 3);
        assertThat(statuses(end)).isEqualTo(expected);
        assertThat(inside(end.at("/nodes/19/log")).get(2).path("stdout").textValue())
                .isEqualTo("I am " + nodes.get(19));
        for (int unreachable : List.of(2, 3)) {
            assertThat(inside(end.at("/nodes/" + unreachable + "/log")).findValuesAsText("status"))
                    .containsExactly("unreachable", "unreachable", "unreachable");
        }
    }
}
