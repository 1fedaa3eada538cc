package org.taskcenter.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.testing.ManagerClient.one;
import static org.taskcenter.testing.ManagerClient.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.taskcenter.testing.AdminClient;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.Reply;

/** Nobody gets in where they have nothing to do: each route of the program, tried by all who must not use it. */
class StrangersIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static Centre centre;
    private static String user;
    private static String expired;
    private static String disabled;

    @BeforeAll
    static void start() throws Exception {
        // One that believes what a proxy says, so that each test comes from an address of its own.
        centre =
                Centre.setup().with("TASKCENTER_TRUSTED_PROXIES", "127.0.0.0/8").start();
        user = account("user", "user");
        expired = token("expired", "admin", ",\"expires_at\":\"" + Instant.now().plusSeconds(2) + "\"");
        disabled = account("disabled", "admin");
        JsonNode accounts = admin("GET", "/accounts", null).at("/data/items");
        for (JsonNode account : accounts) {
            if (account.at("/name").asText().equals("disabled")) {
                admin("PATCH", "/accounts/" + account.at("/id").asText(), "{\"enabled\":false}");
            }
        }
        HttpRequest.Builder request = request("GET", "/api/admin/accounts", null, expired, "192.0.2.1");
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        HTTP.send(request.build(), BodyHandlers.discarding()).statusCode() == 401);
    }

    @AfterAll
    static void stop() {
        centre.close();
    }

    static Stream<RouteTable.Row> guarded() {
        return RouteTable.ROWS.stream().filter(row -> row.scope() != null);
    }

    static Stream<RouteTable.Row> guardedRequests() {
        // Those of third parties tell nobody that there is such a thing: SubmitIT.
        return guarded().filter(row -> !row.isSocket() && !"{}".equals(row.foreign()));
    }

    static Stream<RouteTable.Row> open() {
        return RouteTable.ROWS.stream().filter(row -> row.scope() == null);
    }

    @ParameterizedTest
    @MethodSource("guarded")
    void withoutATokenNobodyGetsIn(RouteTable.Row row) throws Exception {
        refused(row, 401, null, "{}");
    }

    @ParameterizedTest
    @MethodSource("guarded")
    void withAWrongTokenNobodyGetsIn(RouteTable.Row row) throws Exception {
        refused(row, 401, "sk-nobody", "{}");
        refused(row, 401, centre.adminToken() + "x", "{}");
        refused(row, 401, centre.adminToken().substring(1), "{}");
    }

    @ParameterizedTest
    @MethodSource("guarded")
    void withAnExpiredTokenNobodyGetsIn(RouteTable.Row row) throws Exception {
        refused(row, 401, expired, "{}");
    }

    @ParameterizedTest
    @MethodSource("guarded")
    void whoIsDisabledDoesNotGetIn(RouteTable.Row row) throws Exception {
        refused(row, 403, disabled, "{}");
    }

    @ParameterizedTest
    @MethodSource("guarded")
    void aTokenForSomethingElseIsOfNoUse(RouteTable.Row row) throws Exception {
        String others = Stream.of("manager", "centre", "channel", "admin")
                .filter(scope -> !scope.equals(row.scope()))
                .map(scope -> "\"" + scope + "\"")
                .toList()
                .toString();
        refused(row, 403, token("other than " + row.route(), "root", ",\"scopes\":" + others), "{}");
    }

    @ParameterizedTest
    @MethodSource("guardedRequests")
    void whatIsSomebodyElsesIsOutOfReach(RouteTable.Row row) throws Exception {
        refused(row, row.tellsWhose() ? 401 : 403, user, row.foreign() == null ? "{}" : row.foreign());
    }

    @ParameterizedTest
    @MethodSource("open")
    void whatIsOpenTellsNoSecret(RouteTable.Row row) throws Exception {
        String method = row.method().equals("ANY") ? "GET" : row.method();
        HttpResponse<String> answer =
                HTTP.send(request(method, row.path(), null, null, "192.0.2.1").build(), BodyHandlers.ofString());
        assertThat(answer.body()).doesNotContain(centre.adminToken(), user, expired, disabled);
    }

    @Test
    void whoeverGuessesIsSlowedDownAndNobodyElse() throws Exception {
        String guesser = "192.0.2.99";
        HttpResponse<String> last = null;
        for (int i = 0; i < 1_000 && (last == null || last.statusCode() == 401); i++) {
            last = HTTP.send(
                    request("GET", "/api/admin/accounts", null, "sk-guess-" + i, guesser)
                            .build(),
                    BodyHandlers.ofString());
        }
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValue("Retry-After")).isPresent();
        assertThat(JSON.readTree(last.body()).at("/success").booleanValue()).isFalse();
        HttpRequest.Builder elsewhere = request("GET", "/api/admin/accounts", null, centre.adminToken(), "192.0.2.100");
        assertThat(HTTP.send(elsewhere.build(), BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
        HttpRequest.Builder there = request("GET", "/api/admin/accounts", null, centre.adminToken(), guesser);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> HTTP.send(there.build(), BodyHandlers.discarding()).statusCode() == 200);
    }

    @Test
    void theRecordTellsTheForwardedAddress() throws Exception {
        HttpRequest.Builder change = request(
                "PUT", "/api/admin/dispatch", "{\"paused\":[]}", centre.adminToken(), "198.51.100.1, 203.0.113.9");
        assertThat(HTTP.send(change.build(), BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
        assertThat(admin("GET", "/audit?limit=1", null).at("/data/items/0/from").asText())
                .isEqualTo("203.0.113.9");
    }

    @Test
    void twoAccountsHaveNothingToDoWithEachOther() {
        AdminClient admin = centre.admin();
        ManagerClient ann = centre.manager(admin.account("ann", "ann"));
        ManagerClient bob = centre.manager(admin.account("bob", "bob"));
        URI nowhere = URI.create("http://127.0.0.1:9/");
        ObjectNode later = task("ann", "1", "GET", nowhere).put("group", "g");
        later.withObject("/task").put("run_at", "2100-01-01T00:00:00Z");
        Reply added = ann.add(later);
        assertThat(added.at("/results/0/code").asInt()).as(added.toString()).isEqualTo(200);

        assertThat(bob.status(one("ann", "1")).status()).isEqualTo(403);
        assertThat(bob.cancel(one("ann", "1").put("force", true)).status()).isEqualTo(403);
        assertThat(bob.status(ManagerClient.group("ann", "g")).status()).isEqualTo(403);
        assertThat(bob.cancel(ManagerClient.group("ann", "g")).status()).isEqualTo(403);
        assertThat(bob.add(task("ann", "2", "GET", nowhere))
                        .at("/results/0/code")
                        .asInt())
                .isEqualTo(403);

        assertThat(bob.status(one("bob", "1")).at("/count/total").asInt()).isZero();
        assertThat(bob.status(ManagerClient.group("bob", "g"))
                        .at("/count/total")
                        .asInt())
                .isZero();
        assertThat(bob.cancel(one("bob", "1")).at("/results/0/code").asInt()).isEqualTo(404);
        assertThat(ann.status(one("ann", "1")).at("/results/0/status").asText()).isEqualTo("wait");
        assertThat(ann.status(one("ann", "2")).at("/count/total").asInt()).isZero();
    }

    private static void refused(RouteTable.Row row, int status, String token, String body) throws Exception {
        String address = "198.18." + Math.floorMod(row.hashCode(), 200) + ".7";
        HttpRequest.Builder request =
                request(row.method(), row.path(), row.method().startsWith("P") ? body : null, token, address);
        HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).at(row.errors()).isMissingNode())
                .isFalse();
        assertThat(JSON.readTree(answer.body()).at("/message").asText()).isNotBlank();
        if (status == 401) {
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        }
    }

    private static String account(String name, String role) throws Exception {
        return admin("POST", "/accounts", "{\"name\":\"" + name + "\",\"role\":\"" + role + "\"}")
                .at("/data/token")
                .asText();
    }

    /** A further token of the first account or, where it need not be root, of an account of that role. */
    private static String token(String name, String role, String more) throws Exception {
        long id = role.equals("root")
                ? 1
                : admin("POST", "/accounts", "{\"name\":\"" + name + "\",\"role\":\"" + role + "\"}")
                        .at("/data/id")
                        .asLong();
        return admin("POST", "/accounts/" + id + "/tokens", "{\"name\":\"t\"" + more + "}")
                .at("/data/token")
                .asText();
    }

    private static JsonNode admin(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(method, "/api/admin" + path, body, centre.adminToken(), "192.0.2.1");
        HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return JSON.readTree(answer.body());
    }

    private static HttpRequest.Builder request(String method, String path, String body, String token, String address) {
        HttpRequest.Builder request = HttpRequest.newBuilder(centre.uri(path))
                .timeout(Duration.ofSeconds(60))
                .header("X-Forwarded-For", address)
                .header("X-SOURCE", "somebody-else")
                .header("X-CORRELATION-ID", "1")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }
}
