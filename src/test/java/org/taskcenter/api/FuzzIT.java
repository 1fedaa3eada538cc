package org.taskcenter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.SocketClient;

/**
 * Tens of thousands of bad requests to the packaged program, the same each time: {@code -Dfuzz.seed} makes others. A failure
 * names the seed of its request, to begin with that one.
 */
@Timeout(240)
class FuzzIT {
    private static final int MESSAGES = 20_000;
    private static final int SOCKET_MESSAGES = 3_000;
    private static final int RUNS = 3_000;
    private static final int ADMINISTRATION = 4_000;
    private static final int QUERIES = 2_000;
    private static final int CLIENTS = 8;
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final String DATABASE = "fuzz";
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static Centre centre;
    private static String token;

    @BeforeAll
    static void start() {
        SERVER.createDatabase(DATABASE);
        centre = Centre.setup().on(SERVER, DATABASE).start();
        token = centre.admin().account("fuzz", "fuzz", "0", "1");
        centre.admin().pause("call");
    }

    @AfterAll
    static void stop() {
        centre.close();
    }

    @Test
    void noMessageBreaksAnythingOrIsHalfStored() throws Exception {
        Set<List<String>> acknowledged = ConcurrentHashMap.newKeySet();
        Set<List<String>> before = stored();

        inParallel(MESSAGES, seed -> {
            Mutations mutations = new Mutations(seed);
            byte[] message = mutations.of(message(mutations, seed));
            BodyPublisher body = mutations.below(8) == 0
                    ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(message))
                    : BodyPublishers.ofByteArray(message);
            JsonNode answer;
            try {
                answer = answer("POST", "/manager", token, body);
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + " for " + new String(message, UTF_8), e);
            }
            assertThat(answer.path("message_type").isTextual()).isTrue();
            assertThat(answer.path("count").isObject()).isTrue();
            for (JsonNode result : answer.path("results")) {
                if ("ack".equals(result.path("status").textValue())) {
                    List<String> name = List.of(
                            result.get("from").textValue(), result.get("id").textValue());
                    assertThat(acknowledged.add(name))
                            .as("acknowledged for the first time: " + name)
                            .isTrue();
                }
            }
        });

        assertThat(acknowledged).hasSizeGreaterThan(MESSAGES / 10);
        Set<List<String>> stored = stored();
        stored.removeAll(before);
        assertThat(stored).isEqualTo(acknowledged);
        assertThat(count("select count(*) from task where id not in (select task_id from call)"))
                .isZero();
        assertThat(count("select count(*) from call where task_id not in (select id from task)"))
                .isZero();
        assertThat(centre.output()).noneMatch(line -> line.contains("TC00701") || line.contains("TC00790"));
    }

    @Test
    void noMessageOverAWebSocketBreaksAnything() {
        try (SocketClient client = SocketClient.open(centre, token)) {
            for (long seed = SEED; seed < SEED + SOCKET_MESSAGES; seed++) {
                Mutations mutations = new Mutations(seed);
                byte[] message = mutations.of(message(mutations, seed + MESSAGES));
                if (mutations.below(2) == 0) {
                    client.sendBytes(message);
                } else {
                    client.sendText(new String(message, UTF_8));
                }
            }
            String last = "the-end-" + SEED;
            client.send("add_task", ManagerClient.task("fuzz", last, "GET", URI.create("http://target.invalid/")));

            await().atMost(Duration.ofMinutes(2))
                    .until(() -> client.answers().stream()
                            .anyMatch(answer ->
                                    answer.at("/results/0/id").asText().equals(last)));
            assertThat(client.answers())
                    .hasSizeGreaterThan(SOCKET_MESSAGES / 2)
                    .allMatch(answer -> answer.path("message_type").isTextual())
                    .noneMatch(answer -> answer.path("code").intValue() >= 500);
            assertThat(client.ended()).isNotDone();
        }
        assertThat(centre.output()).noneMatch(line -> line.contains("TC00701") || line.contains("TC00790"));
    }

    @Test
    void noBodyBreaksTheAdministration() throws Exception {
        inParallel(ADMINISTRATION, seed -> {
            Mutations mutations = new Mutations(seed);
            String[] route = ROUTES[mutations.below(ROUTES.length)].split(" ");
            byte[] body = mutations.of(body(seed));
            JsonNode answer =
                    answer(route[0], "/api/admin" + route[1], centre.adminToken(), BodyPublishers.ofByteArray(body));
            assertThat(answer.path("success").isBoolean()).isTrue();
            assertThat(answer.path("message").isTextual()).isTrue();
        });
        centre.admin().pause("call");

        assertThat(centre.admin().send("GET", "/accounts", null).status()).isEqualTo(200);
        assertThat(centre.admin().send("GET", "/audit?limit=1000", null).status())
                .isEqualTo(200);
        assertThat(count("select count(*) from account where id not in (select account_id from token)"))
                .isZero();
        assertThat(centre.output()).noneMatch(line -> line.contains("TC00701") || line.contains("TC00790"));
    }

    /** Runs are paused, and stopped before they can begin. */
    @Test
    void noBodyBreaksTheChannelApi() throws Exception {
        centre.admin().pause("call", "run");
        String runner = centre.admin().account("channel-fuzz");
        Set<Long> accepted = ConcurrentHashMap.newKeySet();

        inParallel(RUNS, seed -> {
            Mutations mutations = new Mutations(seed);
            String route = CHANNEL[mutations.below(CHANNEL.length)];
            byte[] body = mutations.of(run(seed));
            JsonNode answer = answer("POST", route, runner, BodyPublishers.ofByteArray(body), CHANNEL_HEADERS);
            assertThat(answer.path("code").isInt()).isTrue();
            if (answer.at("/content/id").isIntegralNumber()) {
                accepted.add(answer.at("/content/id").longValue());
            }
        });

        assertThat(accepted).hasSizeGreaterThan(RUNS / 20);
        assertThat(count("select count(*) from ansible_run")).isEqualTo(accepted.size());
        assertThat(count("select count(*) from task where kind = 'run'")).isEqualTo(accepted.size());
        assertThat(count("select count(*) from ansible_run where task_id not in (select run_id from ansible_node)"))
                .isZero();
        for (long id : accepted) {
            answer("POST", "/api/stop", runner, BodyPublishers.ofString("{\"id\":" + id + "}"), CHANNEL_HEADERS);
        }
        assertThat(count("select count(*) from task where kind in ('run', 'share') and state <> 'cancelled'"))
                .isZero();
        assertThat(centre.output()).noneMatch(line -> line.contains("TC00701") || line.contains("TC00790"));
    }

    private static final String[] CHANNEL = {
        "/api/run", "/api/run", "/api/run", "/api/parallel_run", "/api/stop", "/api/check", "/api/getlog"
    };

    private static final String[] CHANNEL_HEADERS = {"X-CORRELATION-ID", "fuzz", "X-SOURCE", "channel-fuzz"};

    private static ObjectNode run(long seed) {
        ObjectNode run = STRICT.createObjectNode()
                .put("id", 1_000_000_000_000L + seed % 1_000)
                .put("name", "r" + seed)
                .put("user", "somebody")
                .put("fork_num", 5)
                .put("retries", 1)
                .put("timeout", 60)
                .put("check", true)
                .put("tasktype", "ansible_task")
                .put("host", "node.invalid")
                .put("source", "channel-fuzz");
        run.withArray("/nodes").add("node.invalid").add("192.0.2.7");
        run.withArray("/tasks").addObject().put("name", "é").putObject("ping");
        run.withArray("/tags").add("a");
        run.putObject("params").put("variable", "{{ other }}").putArray("other").add(1);
        return run;
    }

    @Test
    void noQueryBreaksALook() throws Exception {
        inParallel(QUERIES, seed -> {
            Mutations mutations = new Mutations(seed);
            StringBuilder address = new StringBuilder(LOOKS[mutations.below(LOOKS.length)]).append('?');
            for (int i = mutations.below(4); i >= 0; i--) {
                String value = mutations.text();
                address.append(PARAMETERS[mutations.below(PARAMETERS.length)])
                        .append('=')
                        .append(URLEncoder.encode(value.substring(0, Math.min(500, value.length())), UTF_8))
                        .append('&');
            }
            JsonNode answer = answer("GET", address.toString(), centre.adminToken(), BodyPublishers.noBody());
            assertThat(answer.path("success").isBoolean()).isTrue();
        });
        assertThat(centre.output()).noneMatch(line -> line.contains("TC00701") || line.contains("TC00790"));
    }

    private static final String[] LOOKS = {
        "/api/task", "/api/task/self", "/api/admin/audit", "/api/admin/accounts/1/ledger", "/api/admin/tasks"
    };

    private static final String[] PARAMETERS = {
        "p",
        "page_size",
        "platform",
        "action",
        "status",
        "task_id",
        "user_id",
        "channel_id",
        "start_timestamp",
        "end_timestamp",
        "limit",
        "before",
        "after",
        "kind",
        "state",
        "client",
        "group",
        "q",
        "from",
        "to"
    };

    private static final String[] ROUTES = {
        "POST /accounts",
        "POST /accounts",
        "PATCH /accounts/2",
        "PATCH /accounts/99999999999",
        "POST /accounts/2/tokens",
        "POST /accounts/-1/tokens",
        "PUT /dispatch",
        "PATCH /accounts/1e3",
        "PATCH /accounts/%0d%0a",
        "POST /accounts/2/quota",
        "POST /channels",
        "PATCH /channels/1",
        "PUT /platforms/declared",
        "PUT /platforms/%0d%0a"
    };

    private static ObjectNode message(Mutations mutations, long seed) {
        String type = List.of("add_task", "add_task", "add_task", "add_task", "get_status", "cancel_task")
                .get(mutations.below(6));
        ObjectNode message = STRICT.createObjectNode().put("message_type", type);
        if (!type.equals("add_task")) {
            message.set(
                    "parameters",
                    STRICT.createObjectNode()
                            .put("from", "fuzz")
                            .put("id", "f" + (seed - mutations.below(100)) + "-0")
                            .put("group", group(seed))
                            .put("offset", 0)
                            .put("limit", 10)
                            .put("only_count", false)
                            .put("force", true));
        } else if (mutations.below(2) == 0) {
            message.set("parameters", task(seed, 0));
        } else {
            ArrayNode tasks = message.putArray("parameters");
            for (int i = 0; i < 1 + mutations.below(6); i++) {
                tasks.add(task(seed, i));
            }
        }
        return message;
    }

    /** A group is small, so that listing or cancelling one is quick. */
    private static String group(long seed) {
        return "g" + seed / 100;
    }

    private static ObjectNode task(long seed, int number) {
        String id = "f" + seed + "-" + number;
        ObjectNode parameters = ManagerClient.task("fuzz", id, "POST", URI.create("http://target.invalid/a?b=c"))
                .put("group", group(seed))
                .put("return_path", "");
        ObjectNode task = ((ObjectNode) parameters.get("task"))
                .put("body", "<a>é</a>")
                .put("timeout", 2.5)
                .put("at_most_once", true)
                .put("run_at", "2030-01-31T09:00:00Z")
                .put("priority", 3);
        task.putObject("headers").put("X-A", "b").put("Accept", "text/xml");
        task.putObject("retry").put("max_attempts", 3).put("min_backoff", 0.5).put("unsafe", true);
        return parameters;
    }

    private static ObjectNode body(long seed) {
        ObjectNode body = STRICT.createObjectNode()
                .put("name", "n" + seed)
                .put("role", "user")
                .put("enabled", true)
                .put("quota", 5)
                .put("return_url", "http://target.invalid/")
                .put("expires_at", "2040-01-31T09:00:00Z");
        body.putArray("from").add("f" + seed).add("fuzz");
        body.putArray("sources").add("s");
        body.putArray("scopes").add("manager").add("admin");
        body.putArray("paused").add("call").add("push");
        body.put("amount", 7).put("reason", "r");
        return withPlatform(body.put("platform", "suno").put("base_url", "http://target.invalid/"));
    }

    private static ObjectNode withPlatform(ObjectNode body) {
        body.put("key", "k").put("priority", -1).put("weight", 2).put("max_resubmissions", 1);
        body.put("timeout_hours", 3).putObject("price").put("music", 4);
        body.putObject("submit").put("path", "/submit").put("method", "POST").put("body", "${body}");
        body.putObject("fetch").put("path", "/fetch/${id}").put("method", "GET");
        body.putObject("headers").put("X-Key", "${key}");
        body.putObject("pointers").put("id", "/id").put("status", "/status").put("data", "/data");
        body.putObject("words").put("done", "SUCCESS");
        body.putArray("actions").add("music");
        return body;
    }

    private static JsonNode answer(String method, String path, String bearer, BodyPublisher body, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(centre.uri(path))
                .header("Authorization", "Bearer " + bearer)
                .timeout(Duration.ofSeconds(60))
                .method(method, body);
        if (headers.length > 0) {
            builder.headers(headers);
        }
        HttpRequest request = builder.build();
        try {
            HttpResponse<byte[]> answer = HTTP.send(request, BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).as(shown(answer)).isBetween(200, 499);
            JsonNode json = STRICT.readTree(answer.body());
            assertThat(json.isObject()).as(shown(answer)).isTrue();
            return json;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String shown(HttpResponse<byte[]> answer) {
        return answer + " " + answer.headers().map() + " " + new String(answer.body(), UTF_8);
    }

    private static void inParallel(int times, LongConsumer test) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int first = client;
                running.add(clients.submit(() -> {
                    for (int i = first; i < times; i += CLIENTS) {
                        attempt(SEED + i, test);
                    }
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause().getMessage(), e.getCause());
        } finally {
            clients.shutdownNow();
        }
    }

    private static void attempt(long seed, LongConsumer test) {
        try {
            test.accept(seed);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("fuzz.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    private static Set<List<String>> stored() throws SQLException {
        Set<List<String>> names = new HashSet<>();
        try (Connection connection = SERVER.connect(DATABASE);
                Statement query = connection.createStatement();
                ResultSet rows = query.executeQuery("select client, client_id from task")) {
            while (rows.next()) {
                names.add(List.of(rows.getString(1), rows.getString(2)));
            }
        }
        return names;
    }

    private static long count(String sql) {
        return SERVER.number(DATABASE, sql);
    }
}
