package org.taskcenter.api.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.testing.ChannelClient.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ChannelClient;
import org.taskcenter.testing.Folders;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.SshNodes;

/**
 * The one centre that the tests of this API over HTTP share, with nodes to log in to and two accounts. All of it ends with this
 * JVM.
 */
final class Stage {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    static final String NODE = "10.9.8.7";
    static final Path FOLDER;
    static final SshNodes SSH;
    static final Centre CENTRE;
    /** May speak for the sources orion and second. */
    static final String TOKEN;
    /** May speak for the source hubble. */
    static final String OTHERS;
    /** Source orion, in the dialect of the document. */
    static final ChannelClient ORION;
    /** Source orion, in the dialect of the field. */
    static final ChannelClient FIELD;
    /** A run of orion's, begun first: one of its two nodes is nowhere. */
    static final long UNREACHABLE;

    private static final AtomicInteger NAMES = new AtomicInteger();

    static {
        try {
            FOLDER = Files.createTempDirectory("taskcenter-channel-");
            SSH = SshNodes.start(Files.createDirectory(FOLDER.resolve("nodes")), 22);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        CENTRE = Centre.setup()
                // One that believes what a proxy says, so that a test can come from elsewhere.
                .with("TASKCENTER_TRUSTED_PROXIES", "127.0.0.0/8")
                .with("TASKCENTER_TRUSTED_SOURCES", "192.0.2.0/24")
                .with("TASKCENTER_ANSIBLE_PRIVATE_KEY", SSH.key().toString())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(Stage::end, "channel-stage-at-exit"));
        TOKEN = account("orion", "orion", "second");
        OTHERS = account("hubble", "hubble");
        ORION = client(TOKEN).as(ChannelClient.DOCUMENT, "orion", "1-1");
        FIELD = client(TOKEN).as(ChannelClient.FIELD, "orion", "1-1");
        // Takes half a minute, so it goes on beside the others.
        ObjectNode nobody = body().put("name", "unreachable").put("user", SSH.user());
        nobody.withArray("/nodes").add("127.0.0.99").add(SSH.names().get(0));
        nobody.put("tasks", "- hosts: all\n  gather_facts: false\n  tasks: [{shell: 'echo x >>$NODE_FOLDER/runs'}]");
        nobody.put("params", SSH.variables());
        UNREACHABLE = ORION.submit("run", nobody);
    }

    private Stage() {}

    private static void end() {
        CENTRE.close();
        SSH.close();
        try {
            Folders.delete(FOLDER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String account(String name, String... sources) {
        ObjectNode account = body().put("name", name);
        for (String source : sources) {
            account.withArray("/sources").add(source);
        }
        return CENTRE.admin()
                .send("POST", "/accounts", account)
                .at("/data/token")
                .asText();
    }

    static ChannelClient client(String anyToken) {
        return new ChannelClient(CENTRE.baseUri(), anyToken);
    }

    /** A name that no other test has. */
    static String name() {
        return "run-" + NAMES.incrementAndGet();
    }

    static void assertRefused(Reply reply, int status, String message) {
        assertThat(reply.at("/message").textValue()).isEqualTo(message);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.body().properties()).hasSize(2);
        assertThat(reply.at("/code").intValue()).isEqualTo(-1);
    }

    /** The statuses of a run's nodes, in the dialect of the field. */
    static List<Integer> statuses(JsonNode content) {
        return content.path("nodes").findValues("status").stream()
                .map(JsonNode::intValue)
                .toList();
    }
}
