package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.Reply;
import org.taskcenter.testing.SunoStub;
import org.taskcenter.testing.TaskClient;

/**
 * A member is killed with two submissions in its hands: for one a third party is being called, for the other it is not yet noted
 * that one will be. Its successor submits the second alone, since only the first may have been taken. What is said
 * of a task that an operator has opened anew since it was asked changes nothing.
 */
class SuccessionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PRICE = 100;
    private final PostgresServer server = PostgresServer.shared();
    private final String database = "succession_" + System.nanoTime();
    private long account;
    private TaskClient client;

    @Test
    void whatMayHaveBeenTakenIsNotSubmittedAgainAndTheRestIs() throws Exception {
        server.createDatabase(database);
        try (SunoStub suno = SunoStub.start();
                Centre centre = Centre.setup()
                        .on(server, database)
                        .with("TASKCENTER_POLL_INTERVAL", "0.3")
                        .start()) {
            prepare(centre, suno);
            suno.refuseNext(Answer.of(200, "never sent").when(new CompletableFuture<>()));
            submit("called");
            await().atMost(PATIENCE).until(() -> suno.submissions().size() == 1);
            long called = number("select max(id) from platform_task");

            centre.admin().pause("platform");
            submit("not called");
            await().atMost(PATIENCE).until(() -> number("select count(*) from platform_task") == 2);
            long notCalled = number("select max(id) from platform_task");
            try (Connection connection = server.connect(database);
                    Statement lock = connection.createStatement()) {
                connection.setAutoCommit(false);
                // The member cannot note that it is about to call.
                lock.execute("select 1 from platform_task where id = " + notCalled + " for update");
                centre.admin().pause();
                await().atMost(PATIENCE).until(() -> number("select count(*) from task where state = 'running'") == 2);
                await().atMost(PATIENCE)
                        .until(() -> number("select count(*) from pg_stat_activity where datname = '" + database
                                        + "' and wait_event_type = 'Lock'")
                                > 0);
                centre.kill9();
                connection.rollback();
            }
            assertThat(suno.submissions()).hasSize(1);
            assertThat(number("select count(*) from platform_task where sending and id = " + called))
                    .isOne();
            assertThat(number("select count(*) from platform_task where sending and id = " + notCalled))
                    .isZero();

            centre.start();
            client.await(name(called), "UNKNOWN");
            client.await(name(notCalled), "SUBMITTED");
            assertThat(quota(centre)).isEqualTo(1_000 - 2 * PRICE);
            String theirs = suno.ids().get(0);
            String version = column("select xmin from platform_task where id = " + notCalled);
            int polls = suno.polls(theirs);
            await().atMost(PATIENCE).until(() -> suno.polls(theirs) > polls + 2);
            assertThat(column("select xmin from platform_task where id = " + notCalled))
                    .as("nothing has changed, so nothing is written")
                    .isEqualTo(version);
            suno.say(theirs, "SUCCESS", "100%");
            client.await(name(notCalled), "SUCCESS");
            assertThat(client.fetchOne(name(called)).at("/data/status").asText())
                    .isEqualTo("UNKNOWN");

            // A day later.
            execute("update task set due_at = due_at - interval '25 hours', run_at = now() where id = " + called);
            client.await(name(called), "FAILURE");
            assertThat(quota(centre)).isEqualTo(1_000 - PRICE);
            assertThat(number("select count(*) from ledger where task_id = " + called + " and refund_of is not null"))
                    .isOne();
            assertThat(suno.submissions().stream()
                            .map(submission -> submission.get("prompt").asText()))
                    .containsExactly("called", "not called");
            for (String word : List.of("SUCCESS", "FAILURE")) {
                whatIsSaidOfAnEarlierGenerationComesTooLate(centre, suno, word);
            }
        }
    }

    /** The answer to a poll is on its way while its task times out and an operator retries it. */
    private void whatIsSaidOfAnEarlierGenerationComesTooLate(Centre centre, SunoStub suno, String word)
            throws SQLException {
        long before = quota(centre);
        String task = client.song("asked after for long");
        long id = number("select max(id) from platform_task");
        String first = last(suno.ids());
        CompletableFuture<Void> release = new CompletableFuture<>();
        AtomicInteger held = new AtomicInteger();
        suno.polled(request -> {
            if (!SunoStub.asked(request).contains(first)) {
                return suno.states(request);
            }
            held.incrementAndGet();
            suno.say(first, word, "100%");
            return suno.states(request).when(release);
        });
        await().atMost(PATIENCE).until(() -> held.get() == 1);
        execute("update task set due_at = due_at - interval '25 hours', run_at = now() where id = " + id);
        client.await(task, "FAILURE");
        assertThat(quota(centre)).isEqualTo(before);

        assertThat(centre.admin().send("POST", "/tasks/" + id + "/retry", null).status())
                .isEqualTo(200);
        client.await(task, "SUBMITTED");
        String second = last(suno.ids());
        assertThat(second).isNotEqualTo(first);
        assertThat(suno.polls(second))
                .as("its channel still waits for the answer")
                .isZero();
        String asItWas = column("select platform_task::text from platform_task where id = " + id);
        release.complete(null);
        await().atMost(PATIENCE).until(() -> suno.polls(second) > 1);
        assertThat(column("select platform_task::text from platform_task where id = " + id))
                .isEqualTo(asItWas);
        assertThat(quota(centre)).isEqualTo(before - PRICE);

        suno.say(second, "SUCCESS", "100%");
        client.await(task, "SUCCESS");
        assertThat(quota(centre)).isEqualTo(before - PRICE);
        assertThat(column("select string_agg(amount::text, ' ' order by id) from ledger where task_id = " + id))
                .isEqualTo("-100 100 -100");
        assertThat(held).as("not asked after again").hasValue(1);
    }

    private static String last(List<String> names) {
        return names.get(names.size() - 1);
    }

    private void prepare(Centre centre, SunoStub suno) {
        ObjectNode channel = TaskClient.body()
                .put("name", "the only one")
                .put("platform", "suno")
                .put("base_url", suno.url())
                .put("key", "k");
        channel.putObject("price").put("music", PRICE);
        assertThat(centre.admin().send("POST", "/channels", channel).status()).isEqualTo(201);
        Reply made = centre.admin()
                .send("POST", "/accounts", TaskClient.body().put("name", "heir").put("quota", 1_000));
        account = made.at("/data/id").asLong();
        client = new TaskClient(centre.baseUri(), made.at("/data/token").asText(), "/suno");
    }

    /** In the background: whoever submits hears nothing any more when the member is killed. */
    private void submit(String prompt) {
        CompletableFuture.runAsync(
                () -> client.submit("music", TaskClient.body().put("prompt", prompt)));
    }

    private long quota(Centre centre) {
        return centre.admin()
                .send("GET", "/accounts/" + account, null)
                .at("/data/quota")
                .asLong();
    }

    private String name(long id) {
        return column("select task_id from platform_task where id = " + id);
    }

    private long number(String sql) {
        return server.number(database, sql);
    }

    private String column(String sql) {
        return server.texts(database, sql).get(0);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
