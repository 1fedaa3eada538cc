package org.taskcenter.api.centre;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.PostgresServer;
import org.taskcenter.testing.Reply;

/** The two lists over HTTP, against the packaged program on PostgreSQL, with tasks whose every column is known. */
class TaskListsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final PostgresServer SERVER = new PostgresServer().start();
    private static final String DATABASE = "lists";
    private static Centre centre;
    private static User ann;
    private static User bob;
    private static User admin;
    private static User root;

    private record User(long id, String token) {}

    @BeforeAll
    static void start() throws SQLException {
        SERVER.createDatabase(DATABASE);
        centre = Centre.setup().on(SERVER, DATABASE).start();
        root = new User(1, centre.adminToken());
        ann = account("ann", "user");
        bob = account("bob", "user");
        admin = account("adam", "admin");
        // Ids 1001 to 1060 are ann's, 1061 to 1065 bob's.
        insert("generate_series(1, 60)", ann, """
                case when n % 5 = 0 then 'upscaler' else 'suno' end, case when n % 3 = 0 then 'lyrics' else 'song' end,
                1 + n % 2, case when n % 4 = 0 then 'FAILURE' when n % 4 = 1 then 'SUCCESS' else 'FAILURE' end""");
        insert("generate_series(61, 65)", bob, "'suno', 'song', 1, 'SUCCESS'");
        execute("insert into platform_change (account_id, block, platform, action, channel_id, status, amount)"
                + " select account_id, 0, platform, action, channel_id, status, count(*) from platform_task"
                + " group by account_id, platform, action, channel_id, status");
        execute("update platform_task set start_time = 1640908900, finish_time = 1640909000, progress = '100%',"
                + " updated_at = 1640909000, data = '[{\"audio_url\":\"https://x/é\"}]', properties = '{\"a\":1}',"
                + " fail_reason = 'why' where id = 1004");
    }

    /** Ended ones, which nobody touches any more. */
    private static void insert(String series, User user, String columns) throws SQLException {
        execute("insert into platform_task (id, task_id, account_id, platform, action, channel_id, status, upstream_id,"
                + " submit_time, updated_at, quota, request)"
                + " select 1000 + n, 'task_' || n, " + user.id() + ", g.*, 'up_' || n, 1640908800 + n, 1640908800 + n,"
                + " 10 + n, '{}' from " + series + " n, lateral (select " + columns + ") g");
    }

    @AfterAll
    static void stop() {
        centre.close();
        SERVER.close();
    }

    @Test
    void aTaskHasAllFieldsOfTheDocument() {
        JsonNode data = self(ann, "task_id=task_4").at("/data");
        assertThat(data.at("/items/0").toString())
                .isEqualTo("{\"id\":1004,\"created_at\":1640908804,\"updated_at\":1640909000,\"task_id\":\"task_4\","
                        + "\"platform\":\"suno\",\"user_id\":" + ann.id() + ",\"quota\":14,\"action\":\"song\","
                        + "\"status\":\"FAILURE\",\"fail_reason\":\"why\",\"submit_time\":1640908804,"
                        + "\"start_time\":1640908900,\"finish_time\":1640909000,\"progress\":\"100%\","
                        + "\"properties\":{\"a\":1},\"data\":[{\"audio_url\":\"https://x/é\"}]}");
        assertThat(names(data)).containsExactly("items", "page", "page_size", "total");
    }

    @Test
    void whatIsNotKnownYetIsZeroAndEmpty() {
        JsonNode task = self(ann, "task_id=task_3").at("/data/items/0");
        assertThat(task.at("/start_time").isIntegralNumber()).isTrue();
        assertThat(task.at("/start_time").asLong()).isZero();
        assertThat(task.at("/finish_time").asLong()).isZero();
        assertThat(task.at("/progress").asText()).isEqualTo("0%");
        assertThat(task.at("/fail_reason").asText()).isEmpty();
        assertThat(task.at("/fail_reason").isTextual()).isTrue();
        assertThat(task.at("/properties").toString()).isEqualTo("{}");
        assertThat(task.at("/data").toString()).isEqualTo("{}");
    }

    @Test
    void administratorsSeeChannelAndName() {
        JsonNode task = all(admin, "task_id=task_3").at("/data/items/0");
        assertThat(task.at("/channel_id").asLong()).isEqualTo(2);
        assertThat(task.at("/username").asText()).isEqualTo("ann");
        assertThat(task.at("/upstream_task_id").asText()).isEqualTo("up_3");
        Set<String> more = names(task);
        more.removeAll(names(self(ann, "task_id=task_3").at("/data/items/0")));
        assertThat(more).containsExactlyInAnyOrder("channel_id", "username", "upstream_task_id");
    }

    @Test
    void theNewestComesFirstPageByPage() {
        List<Long> seen = new ArrayList<>();
        for (int page = 1; page <= 4; page++) {
            JsonNode data = self(ann, "p=" + page + "&page_size=20").at("/data");
            assertThat(data.at("/total").asLong()).isEqualTo(60);
            assertThat(data.at("/page").asLong()).isEqualTo(page);
            assertThat(data.at("/page_size").asLong()).isEqualTo(20);
            seen.addAll(ids(data));
        }
        List<Long> expected = new ArrayList<>();
        for (long id = 1060; id > 1000; id--) {
            expected.add(id);
        }
        assertThat(seen).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            x=y                   |  1 |  20
            p=2                   |  2 |  20
            p=0                   |  1 |  20
            p=-3                  |  1 |  20
            p=x                   |  1 |  20
            p=1.5                 |  1 |  20
            p=                    |  1 |  20
            page_size=7           |  1 |   7
            ps=8                  |  1 |   8
            size=9                |  1 |   9
            page_size=0           |  1 |  20
            page_size=-1          |  1 |  20
            page_size=many        |  1 |  20
            page_size=101         |  1 | 100
            page_size=9999999999  |  1 | 100
            p=3&page_size=100     |  3 | 100
            """)
    void pagesAreReadLiberally(String query, int page, int size) {
        JsonNode data = self(ann, query).at("/data");
        assertThat(data.at("/page").asInt()).isEqualTo(page);
        assertThat(data.at("/page_size").asInt()).isEqualTo(size);
        assertThat(data.at("/total").asInt()).isEqualTo(60);
        assertThat(data.at("/items").size()).isEqualTo(Math.max(0, Math.min(size, 60 - (page - 1) * size)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            platform=suno                                      | 48
            platform=upscaler                                  | 12
            platform=SUNO                                      |  0
            platform=                                          | 60
            task_id=task_9                                     |  1
            task_id=up_9                                       |  0
            task_id=task_61                                    |  0
            status=SUCCESS                                     | 15
            status=FAILURE                                     | 45
            status=UNKNOWN                                     |  0
            status=success                                     |  0
            status=DONE                                        |  0
            action=song                                        | 40
            action=music                                       | 40
            action=MUSIC                                       | 40
            action=Lyrics                                      | 20
            action=dance                                       |  0
            start_timestamp=1640908855                         |  6
            end_timestamp=1640908805                           |  5
            start_timestamp=1640908810&end_timestamp=1640908812|  3
            start_timestamp=0&end_timestamp=0                  | 60
            start_timestamp=&end_timestamp=x                   | 60
            status=SUCCESS&action=song&platform=suno           |  8
            status=SUCCESS&end_timestamp=1640908809            |  3
            channel_id=2                                       | 60
            user_id=1                                          | 60
            """)
    void ownTasksAreFiltered(String query, int total) {
        JsonNode data = self(ann, query + "&page_size=100").at("/data");
        assertThat(data.at("/total").asInt()).isEqualTo(total);
        assertThat(data.at("/items").size()).isEqualTo(total);
        data.at("/items")
                .forEach(task -> assertThat(task.at("/user_id").asLong()).isEqualTo(ann.id()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            platform=suno                  | 53
            task_id=task_9                 |  1
            task_id=up_9                   |  1
            status=SUCCESS                 | 20
            channel_id=1                   | 35
            channel_id=2                   | 30
            channel_id=99                  |  0
            channel_id=x                   |  0
            channel_id=                    | 65
            user_id=x                      |  0
            user_id=99                     |  0
            start_timestamp=1640908861     |  5
            channel_id=2&status=SUCCESS    | 15
            """)
    void everybodysTasksAreFiltered(String query, int total) {
        JsonNode data = all(admin, query + "&page_size=100").at("/data");
        assertThat(data.at("/total").asInt()).isEqualTo(total);
        assertThat(data.at("/items").size()).isEqualTo(total);
    }

    @Test
    void administratorsLookAtOneUser() {
        assertThat(all(root, "user_id=" + bob.id()).at("/data/total").asInt()).isEqualTo(5);
        assertThat(self(bob, "").at("/data/total").asInt()).isEqualTo(5);
        assertThat(self(admin, "").at("/data/total").asInt()).isZero();
        assertThat(self(admin, "").at("/data/items").isArray()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/task", "/api/task/"})
    void theFinalSlashMayBeLeftOut(String path) {
        Reply reply = get(path, root.token(), "1");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.at("/success").booleanValue()).isTrue();
        assertThat(reply.at("/message").asText()).isEmpty();
        assertThat(reply.at("/data/total").asInt()).isEqualTo(65);
    }

    @Test
    void theWordBearerMayBeLeftOut() {
        HttpRequest.Builder request = HttpRequest.newBuilder(centre.uri("/api/task/self"))
                .header("Authorization", ann.token())
                .header("New-Api-User", Long.toString(ann.id()));
        assertThat(send(request).at("/data/total").asInt()).isEqualTo(60);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "0", "-1", "1", "01", "99999999999999999999"})
    void whoeverIsNotTheTokensUserIsNobody(String user) {
        refused(401, get("/api/task/self", ann.token(), user));
        refused(401, get("/api/task/self", ann.token(), null));
        refused(401, get("/api/task/", admin.token(), user));
        refused(401, get("/api/task/self", null, Long.toString(ann.id())));
        refused(401, get("/api/task/self", "sk-nobody", Long.toString(ann.id())));
    }

    @Test
    void usersDoNotSeeWhatIsEverybodys() {
        refused(403, get("/api/task/", ann.token(), Long.toString(ann.id())));
        refused(403, get("/api/task", ann.token(), Long.toString(ann.id())));
    }

    @Test
    void whoIsDisabledSeesNothing() {
        User eve = account("eve", "admin");
        centre.admin()
                .send("PATCH", "/accounts/" + eve.id(), JSON.createObjectNode().put("enabled", false));
        refused(403, get("/api/task/self", eve.token(), Long.toString(eve.id())));
        refused(403, get("/api/task/", eve.token(), Long.toString(eve.id())));
    }

    @Test
    void aListThatCannotBeReadSaysSo() throws SQLException {
        execute("alter table platform_task rename to platform_task_away");
        try {
            Reply reply = get("/api/task/self", ann.token(), Long.toString(ann.id()));
            assertThat(reply.status()).isEqualTo(500);
            assertThat(reply.body().toString()).isEqualTo("{\"success\":false,\"message\":\"获取任务列表失败\"}");
        } finally {
            execute("alter table platform_task_away rename to platform_task");
        }
    }

    @Test
    void whateverStandsInTheQueryIsNoError() {
        for (String value : List.of("%00", "%ff", "%27%3B--", "%F0%9F%8E%B5", "9".repeat(400))) {
            for (String name : List.of(
                    "p", "page_size", "platform", "task_id", "status", "action", "start_timestamp", "channel_id")) {
                assertThat(get("/api/task/?" + name + "=" + value, root.token(), "1")
                                .status())
                        .as(name + "=" + value)
                        .isEqualTo(200);
            }
        }
    }

    private static void refused(int status, Reply reply) {
        assertThat(reply.status()).isEqualTo(status);
        assertThat(names(reply.body())).containsExactly("message", "success");
        assertThat(reply.at("/success").booleanValue()).isFalse();
        assertThat(reply.at("/message").asText()).isNotBlank();
    }

    private static JsonNode self(User user, String query) {
        return ok(get("/api/task/self?" + query, user.token(), Long.toString(user.id())));
    }

    private static JsonNode all(User user, String query) {
        return ok(get("/api/task/?" + query, user.token(), Long.toString(user.id())));
    }

    private static JsonNode ok(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(names(reply.body())).containsExactly("data", "message", "success");
        return reply.body();
    }

    private static List<Long> ids(JsonNode data) {
        List<Long> ids = new ArrayList<>();
        data.at("/items").forEach(task -> ids.add(task.at("/id").asLong()));
        return ids;
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static User account(String name, String role) {
        JsonNode made = centre.admin()
                .send(
                        "POST",
                        "/accounts",
                        JSON.createObjectNode().put("name", name).put("role", role))
                .at("/data");
        return new User(made.at("/id").asLong(), made.at("/token").asText());
    }

    private static Reply get(String path, String token, String user) {
        HttpRequest.Builder request = HttpRequest.newBuilder(centre.uri(path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (user != null) {
            request.header("New-Api-User", user);
        }
        return send(request);
    }

    private static Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> answer = HTTP.send(request.build(), BodyHandlers.ofByteArray());
            return new Reply(answer.statusCode(), JSON.readTree(new String(answer.body(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = SERVER.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
