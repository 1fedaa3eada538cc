package org.taskcenter.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.account.Actor;
import org.taskcenter.account.Caller;
import org.taskcenter.account.Role;
import org.taskcenter.secret.Vaults;
import org.taskcenter.store.Database;
import org.taskcenter.store.Migration;
import org.taskcenter.testing.Pool;

class UpstreamsTest {
    private static final DataSource SOURCE = create();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Actor ANN = new Actor(new Caller(1, "ann", Role.ADMIN, Set.of(), Set.of()), "192.0.2.1", "r1");
    private static final String DECLARATION = """
            {"submit": {"path": "/v1/${action}", "body": "${body}"},
             "fetch": {"path": "/v1/states", "body": {"ids": "${ids}"}},
             "pointers": {"id": "/id", "items": "/jobs", "item_id": "/id", "status": "/state"},
             "words": {"done": "SUCCESS"}, "actions": ["Upscale"]}""";

    private final Random random = new Random(3);
    private final Database database = new Database(SOURCE);
    private final Declarations declarations = new Declarations(database);
    private final Upstreams upstreams = new Upstreams(
            database,
            Vaults.any(),
            declarations,
            uri -> Optional.of("it is forbidden by a test").filter(why -> "forbidden".equals(uri.getHost())),
            random::nextDouble);

    private static DataSource create() {
        new Migration(Pool.h2Settings("upstreams")).run();
        return Pool.h2("upstreams", 4);
    }

    @BeforeEach
    void begin() throws SQLException {
        for (String table : List.of("upstream", "platform_declaration", "audit")) {
            execute("delete from " + table);
        }
    }

    @Test
    void aChannelHasItsDefaults() throws SQLException {
        Upstream made = upstreams.make(ANN, suno("one", Map.of("MUSIC", 5L)));
        assertThat(upstreams.all()).containsExactly(made);
        assertThat(made)
                .isEqualTo(new Upstream(
                        made.id(), "one", "suno", "https://one", 0, 1, Map.of("song", 5L), 1, 24, true, false));
    }

    @Test
    void theKeyIsSealedAndNowhereElse() throws SQLException {
        Upstream made = upstreams.make(ANN, suno("one", Map.of("music", 5L)));
        assertThat(upstreams.key(made)).hasValue("key-of-one");
        byte[] stored = database.statement(connection -> {
            try (Statement statement = connection.createStatement();
                    var row = statement.executeQuery("select sealed_key from upstream")) {
                row.next();
                return row.getBytes(1);
            }
        });
        assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("key-of-one");
        assertThat(made.toString()).doesNotContain("key-of-one");
        assertThat(text("select detail from audit"))
                .doesNotContain("key-of-one")
                .contains("another key");

        upstreams.change(ANN, made.id(), key(""));
        assertThat(upstreams.key(made)).hasValue("");
        upstreams.change(ANN, made.id(), key("second"));
        assertThat(upstreams.key(made)).hasValue("second");
        upstreams.delete(ANN, made.id());
        assertThat(upstreams.key(made)).isEmpty();
    }

    @Test
    void whatIsDeletedIsStillKnown() throws SQLException {
        Upstream made = upstreams.make(ANN, suno("one", Map.of("music", 5L)));
        upstreams.delete(ANN, made.id());
        assertThat(upstreams.all()).isEmpty();
        assertThat(upstreams.find(made.id()))
                .hasValueSatisfying(one -> assertThat(one.deleted()).isTrue());
        assertThat(upstreams.order("suno", "song", id -> false)).isEmpty();
        assertThatThrownBy(() -> upstreams.get(made.id())).isInstanceOf(UpstreamRefusal.class);
        assertThatThrownBy(() -> upstreams.delete(ANN, made.id())).isInstanceOf(UpstreamRefusal.class);
        assertThat(upstreams.make(ANN, suno("two", Map.of("music", 5L))).id()).isGreaterThan(made.id());
    }

    @Test
    void thoseThatServeAreTriedByPriority() throws SQLException {
        Upstream low = upstreams.make(ANN, suno("low", Map.of("music", 5L)));
        Upstream high = upstreams.make(ANN, suno("high", Map.of("music", 5L)));
        Upstream top = upstreams.make(ANN, suno("top", Map.of("music", 5L)));
        Upstream lyrics = upstreams.make(ANN, suno("lyrics", Map.of("lyrics", 5L)));
        upstreams.change(ANN, high.id(), priority(5));
        upstreams.change(ANN, low.id(), priority(-5));
        upstreams.change(ANN, top.id(), priority(9));

        assertThat(ids("song")).containsExactly(top.id(), high.id(), low.id());
        assertThat(ids("lyrics")).containsExactly(lyrics.id());
        assertThat(ids("nothing")).isEmpty();
        assertThat(upstreams.order("suno", "song", id -> id == high.id()))
                .extracting(Upstream::id)
                .containsExactly(top.id(), low.id());
        upstreams.change(ANN, top.id(), enabled(false));
        assertThat(ids("song")).containsExactly(high.id(), low.id());
    }

    @Test
    void thoseOfOnePriorityAreChosenByWeight() throws SQLException {
        Upstream light = upstreams.make(ANN, suno("light", Map.of("music", 5L)));
        Upstream heavy = upstreams.make(ANN, suno("heavy", Map.of("music", 5L)));
        Upstream none = upstreams.make(ANN, suno("none", Map.of("music", 5L)));
        upstreams.change(ANN, heavy.id(), weight(3));
        upstreams.change(ANN, none.id(), weight(0));
        int heavyFirst = 0;
        for (int i = 0; i < 4_000; i++) {
            List<Long> order = ids("song");
            assertThat(order).containsExactlyInAnyOrder(light.id(), heavy.id(), none.id());
            assertThat(order.get(2)).isEqualTo(none.id());
            heavyFirst += order.get(0) == heavy.id() ? 1 : 0;
        }
        assertThat(heavyFirst).isBetween(2_850, 3_150);
    }

    @Test
    void whatAnotherMemberChangesIsSeen() throws Exception {
        Upstreams other = new Upstreams(database, Vaults.any(), new Declarations(database), uri -> Optional.empty());
        assertThat(other.all()).isEmpty();
        Upstream made = upstreams.make(ANN, suno("one", Map.of("music", 5L)));
        await().untilAsserted(() -> assertThat(other.all()).containsExactly(made));
    }

    @Test
    void whatCannotBeIsRefused() throws SQLException {
        refused("name is required", change(null, "suno", "https://x", Map.of("music", 1L)));
        refused("platform is required", change("x", null, "https://x", Map.of("music", 1L)));
        refused("base_url is required", change("x", "suno", null, Map.of("music", 1L)));
        refused("price is required", change("x", "suno", "https://x", null));
        refused("price is required", change("x", "suno", "https://x", Map.of()));
        refused("dance", change("x", "suno", "https://x", Map.of("dance", 1L)));
        refused("there is no nobody", change("x", "nobody", "https://x", Map.of("music", 1L)));
        refused("forbidden by a test", change("x", "suno", "https://forbidden/", Map.of("music", 1L)));
        refused("end with its path", change("x", "suno", "https://x/?a=b", Map.of("music", 1L)));
        assertThat(upstreams.all()).isEmpty();
        Upstream made = upstreams.make(ANN, suno("one", Map.of("music", 5L)));
        declarations.put(ANN, "upscaler", read(DECLARATION));
        assertThatThrownBy(() -> upstreams.change(ANN, made.id(), change(null, "upscaler", null, null)))
                .hasMessageContaining("cannot be changed");
    }

    @Test
    void aKeyThatNoHeaderTakesIsRefused() throws SQLException {
        Upstream made = upstreams.make(ANN, suno("one", Map.of("music", 5L)));
        for (String key : List.of("\u043a\u043b\u044e\u0447", "a\nb", "\u007f", "caf\u00e9")) {
            assertThatThrownBy(() -> upstreams.change(ANN, made.id(), key(key)))
                    .isInstanceOf(UpstreamRefusal.class)
                    .hasMessageContaining("key must be printable ASCII");
        }
        assertThat(upstreams.key(made)).hasValue("key-of-one");
        refused("key must be printable ASCII", change("caf\u00e9", "suno", "https://x", Map.of("music", 5L)));
    }

    @Test
    void aDeclaredPlatformHasChannels() throws SQLException {
        Declaration declared = declarations.put(ANN, "upscaler", read(DECLARATION));
        assertThat(declared.actions()).containsExactly("upscale");
        assertThat(declared.headers()).containsExactly(Map.entry("Authorization", "Bearer ${key}"));
        assertThat(declarations.find("upscaler")).contains(declared);
        assertThat(declarations.put(ANN, "upscaler", Declarations.json(declared)))
                .isEqualTo(declared);

        Upstream made = upstreams.make(ANN, change("u", "upscaler", "https://u/api/", Map.of("UPSCALE", 7L)));
        assertThat(made.baseUrl()).isEqualTo("https://u/api");
        assertThat(upstreams.order("upscaler", "upscale", id -> false)).containsExactly(made);

        assertThatThrownBy(() -> declarations.put(ANN, "upscaler", read(DECLARATION.replace("Upscale", "downscale"))))
                .hasMessageContaining("price");
        assertThatThrownBy(() -> declarations.delete(ANN, "upscaler")).hasMessageContaining("Channels");
        upstreams.delete(ANN, made.id());
        declarations.delete(ANN, "upscaler");
        assertThat(declarations.find("upscaler")).isEmpty();
        assertThatThrownBy(() -> declarations.delete(ANN, "upscaler")).isInstanceOf(UpstreamRefusal.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "submit"                     | "x"              | submit is required
            "/v1/${action}"              | "v1"             | path
            "/v1/${action}"              | "/v1/${ids}"     | ${ids}
            "/v1/${action}"              | "/v1/${nobody}"  | ${nobody}
            "/v1/${action}"              | "/v1/é"          | path
            "${body}"                    | "x ${body}"      | ${body}
            "${ids}"                     | "${action}"      | ${action}
            "/v1/states"                 | "/v1/${key"      | fetch.path makes no URL
            "/v1/states"                 | "/v1/${key}?a=%7B${key}" |
            "/v1/${action}"              | "/v1/{x}"        | submit.path makes no URL
            "/v1/${action}"              | "/v1/%zz"        | submit.path makes no URL
            "/v1/${action}"              | "/v1/#x"         | submit.path must not hold a #
            "items"                      | "x"              | items is required
            "item_id"                    | "x"              | item_id is required
            "status"                     | "x"              | pointers.status
            "/state"                     | "state"          | slash
            "SUCCESS"                    | "GOOD"           | words.done
            ["Upscale"]                  | []               | actions
            ["Upscale"]                  | ["a b"]          | actions
            ["Upscale"]                  | ["a"],"headers":{"Host":"x"} | Host
            """)
    void aDeclarationThatCannotBeUsedIsRefused(String part, String by, String why) throws SQLException {
        assertThat(DECLARATION).contains(part);
        JsonNode changed = read(DECLARATION.replace(part, by));
        if (why == null) {
            assertThat(declarations.put(ANN, "x", changed)).isNotNull();
        } else {
            assertThatThrownBy(() -> declarations.put(ANN, "x", changed))
                    .isInstanceOf(UpstreamRefusal.class)
                    .hasMessageContaining(why);
        }
    }

    @ParameterizedTest
    @CsvSource({"suno", "SUNO", "a b", "a/b", "''", ".", ".."})
    void theNameOfADeclarationIsAWord(String name) {
        assertThatThrownBy(() -> declarations.put(ANN, name, read(DECLARATION))).hasMessageContaining("name must be");
    }

    private void refused(String why, UpstreamChange change) {
        assertThatThrownBy(() -> upstreams.make(ANN, change))
                .isInstanceOf(UpstreamRefusal.class)
                .hasMessageContaining(why);
    }

    private List<Long> ids(String action) throws SQLException {
        return upstreams.order("suno", action, id -> false).stream()
                .map(Upstream::id)
                .toList();
    }

    private static UpstreamChange suno(String name, Map<String, Long> price) {
        return change(name, "suno", "https://" + name, price);
    }

    private static UpstreamChange change(String name, String platform, String url, Map<String, Long> price) {
        return new UpstreamChange(
                Optional.ofNullable(name),
                Optional.ofNullable(platform),
                Optional.ofNullable(url),
                Optional.ofNullable(name).map(of -> "key-of-" + of),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(price),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static UpstreamChange key(String key) {
        return only(Optional.of(key), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static UpstreamChange priority(long priority) {
        return only(Optional.empty(), Optional.of(priority), Optional.empty(), Optional.empty());
    }

    private static UpstreamChange weight(long weight) {
        return only(Optional.empty(), Optional.empty(), Optional.of(weight), Optional.empty());
    }

    private static UpstreamChange enabled(boolean enabled) {
        return only(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(enabled));
    }

    private static UpstreamChange only(
            Optional<String> key, Optional<Long> priority, Optional<Long> weight, Optional<Boolean> enabled) {
        return new UpstreamChange(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                key,
                priority,
                weight,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                enabled);
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private static String text(String sql) throws SQLException {
        try (Connection connection = SOURCE.getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = SOURCE.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
