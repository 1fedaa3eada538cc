package org.taskcenter.api.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.Reply;

/** Accounts of two members on one PostgreSQL, which goes away and comes back. */
@TestMethodOrder(OrderAnnotation.class)
class AdministrationOnPostgresIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final PostgresServer SERVER = new PostgresServer().start();
    private static final String DATABASE = "accounts";
    private static Centre one;
    private static Centre two;

    @BeforeAll
    static void start() {
        SERVER.createDatabase(DATABASE);
        one = Centre.setup().on(SERVER, DATABASE).idle();
        two = Centre.setup().on(SERVER, DATABASE).idle();
        Centre.startAll(one, two);
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        SERVER.close();
    }

    @Test
    void whatOneMemberChangesHoldsOnTheOther() throws Exception {
        Reply made = one.admin().send("POST", "/accounts", body("name", "ann").put("role", "admin"));
        assertThat(made.status()).isEqualTo(201);
        String token = made.at("/data/token").asText();
        String account = "/accounts/" + made.at("/data/id").asText();
        assertThat(status(two, token)).isEqualTo(200);

        assertThat(one.admin().send("PATCH", account, body("enabled", "false")).status())
                .isEqualTo(200);
        assertThat(status(one, token)).isEqualTo(403);
        await().atMost(Duration.ofSeconds(10)).until(() -> status(two, token) == 403);

        assertThat(two.admin().send("DELETE", account, null).status()).isEqualTo(200);
        assertThat(status(two, token)).isEqualTo(401);
        await().atMost(Duration.ofSeconds(10)).until(() -> status(one, token) == 401);
    }

    @Test
    void aWebhookSecretIsSealedAndRenewed() throws Exception {
        Reply made = one.admin().send("POST", "/accounts", body("name", "cid"));
        String account = "/accounts/" + made.at("/data/id").asText();
        Reply renewed = two.admin().send("POST", account + "/webhook-secret", null);
        assertThat(renewed.status()).isEqualTo(200);
        assertThat(renewed.at("/data/webhook_secret").asText())
                .startsWith("whsec_")
                .isNotEqualTo(made.at("/data/webhook_secret").asText());
        assertThat(
                        execute(
                                "update account set used_quota = 0 where name = 'cid' and length(webhook_secret) = 77 and"
                                        + " length(webhook_secret_before) = 77 and webhook_secret_before_until > now() + interval '23 hours'"))
                .isEqualTo(1);
    }

    @Test
    void aMemberWithAnotherSecretKeyDoesNotStart() {
        String another = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
        assertThat(failure(another)).contains("TASKCENTER_SECRET_KEY is not the key of this database");
        assertThat(failure("")).contains("TASKCENTER_SECRET_KEY=: expected 32 bytes in base64");
    }

    private static String failure(String secretKey) {
        try (Centre three = Centre.setup()
                .on(SERVER, DATABASE)
                .with("TASKCENTER_SECRET_KEY", secretKey)
                .idle()) {
            three.launch();
            assertThat(three.awaitEnd(Duration.ofSeconds(60))).isNotZero();
            return three.output().get(three.output().size() - 1);
        }
    }

    @Test
    void pausesHoldOnAllMembers() {
        one.admin().pause("push");
        assertThat(two.admin()
                        .send("GET", "/dispatch", null)
                        .at("/data/paused/0")
                        .asText())
                .isEqualTo("push");
        two.admin().pause();
        assertThat(one.admin().send("GET", "/dispatch", null).at("/data/paused"))
                .isEmpty();
    }

    @Test
    void anAccountWithOpenTasksIsNotDeleted() throws Exception {
        Reply made = one.admin().send("POST", "/accounts", body("name", "bob"));
        String account = "/accounts/" + made.at("/data/id").asText();
        execute("insert into lane (kind, client, target) values ('push', 'bob', 'nowhere')");
        execute("insert into task (id, kind, client, client_id, lane, rank, state, accepted_at, due_at, run_at)"
                + " select -1, 'push', 'bob', '1', id, 0, 'waiting', now(), now() + interval '1 day',"
                + " now() + interval '1 day' from lane where client = 'bob'");
        assertThat(one.admin().send("DELETE", account, null).status()).isEqualTo(409);
        execute("update task set state = 'running', member = -1 where id = -1");
        assertThat(one.admin().send("DELETE", account, null).status()).isEqualTo(409);
        execute("update task set state = 'succeeded' where id = -1");
        assertThat(one.admin().send("DELETE", account, null).status()).isEqualTo(200);
        assertThat(one.admin().send("GET", account, null).status()).isEqualTo(404);
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void withoutTheDatabaseNobodyIsToldThatATokenIsWrong() throws Exception {
        assertThat(status(one, one.adminToken())).isEqualTo(200);
        SERVER.stop(PostgresServer.Stop.IMMEDIATE);
        assertThat(status(one, one.adminToken())).isEqualTo(503);
        assertThat(status(one, "sk-nobody-knows")).isEqualTo(503);
        SERVER.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> status(one, one.adminToken()) == 200);
        // Tokens not seen before are looked up again as soon as the watch has seen the database, a moment later.
        await().atMost(Duration.ofSeconds(10)).until(() -> status(one, "sk-nobody-knows") == 401);
    }

    private static ObjectNode body(String field, String value) {
        return JsonNodeFactory.instance.objectNode().put(field, value);
    }

    private static int status(Centre centre, String token) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(centre.uri("/api/admin/accounts"))
                .header("Authorization", "Bearer " + token)
                .build();
        return HTTP.send(request, BodyHandlers.discarding()).statusCode();
    }

    private static int execute(String sql) throws SQLException {
        try (Connection connection = SERVER.connect(DATABASE);
                var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }
}
