package org.taskcenter.ansible;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.taskcenter.ansible.NodeKeyring.Found;

@Timeout(60)
class NodeKeyringTest {
    private static final Duration LONG = Duration.ofHours(1);
    private final CountDownLatch asked = new CountDownLatch(16);
    private NodeKeyring keyring = keyring(LONG);

    /** One whose keys come, but for those of some nodes, which never do, and of some that have none. */
    private NodeKeyring keyring(Duration patience) {
        return new NodeKeyring(
                node -> {
                    if (node.startsWith("refused")) {
                        throw new IOException("none for " + node);
                    }
                    if (node.startsWith("silent")) {
                        asked.countDown();
                        new CountDownLatch(1).await();
                    }
                    return "key of " + node;
                },
                NodeKeyringTest::thread,
                patience);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        return thread;
    }

    private static List<String> silent(int count) {
        return AnsibleMember.nodes(count).stream().map(node -> "silent-" + node).toList();
    }

    private static CompletableFuture<Optional<Found>> await(NodeKeyring.Asking asking, Duration limit) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return asking.await(limit);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @AfterEach
    void close() {
        keyring.close();
    }

    @Test
    void keysAreInTheOrderOfTheNodes() throws Exception {
        List<String> nodes = AnsibleMember.nodes(100);

        Found found = keyring.ask(nodes).await(LONG).orElseThrow();

        assertThat(found.byNode().keySet()).containsExactlyElementsOf(nodes);
        assertThat(found.byNode()).containsEntry("n7", "key of n7");
        assertThat(found.missing()).isEmpty();
    }

    @Test
    void aStopEndsTheAsking() throws Exception {
        NodeKeyring.Asking asking = keyring.ask(silent(1_600));
        CompletableFuture<Optional<Found>> found = await(asking, LONG);
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

        asking.stop();

        assertThat(found.get(30, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void aRunIsNotHeldUpByAnothers() throws Exception {
        NodeKeyring.Asking asking = keyring.ask(silent(1_600));
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(keyring.ask(List.of("n1")).await(LONG).orElseThrow().byNode())
                .isEqualTo(Map.of("n1", "key of n1"));
        asking.stop();
    }

    @Test
    void whereNoKeyComesNoMoreAreWaitedFor() throws Exception {
        keyring = keyring(Duration.ofMillis(200));

        Found found = keyring.ask(List.of("n1", "silent", "refused", "n2"))
                .await(LONG)
                .orElseThrow();

        assertThat(found.byNode().keySet()).containsExactly("n1", "n2");
        assertThat(found.missing()).containsOnlyKeys("silent", "refused").containsEntry("refused", "none for refused");
        assertThat(found.missing().get("silent")).startsWith("no SSH key for silent: ");
        assertThat(keyring.ask(silent(1_600)).await(LONG).orElseThrow().missing())
                .hasSize(1_600);
    }

    @Test
    void noLongerIsWaitedThanTheRunHas() throws Exception {
        Found found = keyring.ask(silent(20)).await(Duration.ofMillis(200)).orElseThrow();

        assertThat(found.missing()).hasSize(20);
    }
}
