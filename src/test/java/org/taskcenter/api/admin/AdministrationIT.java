package org.taskcenter.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.testing.Centre;

/** The administration API over HTTP, against the packaged program on the embedded database. */
class AdministrationIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger LAST = new AtomicInteger();
    private static Centre centre;
    private static String root;

    @BeforeAll
    static void start() {
        centre = Centre.setup().start();
        root = centre.adminToken();
    }

    @AfterAll
    static void stop() {
        centre.close();
    }

    static Stream<String> routes() {
        return Stream.of(
                "GET /accounts",
                "POST /accounts",
                "GET /accounts/1",
                "PATCH /accounts/1",
                "DELETE /accounts/1",
                "POST /accounts/1/token",
                "POST /accounts/1/webhook-secret",
                "GET /accounts/1/tokens",
                "POST /accounts/1/tokens",
                "DELETE /accounts/1/tokens/1",
                "GET /audit",
                "POST /backup",
                "GET /tasks",
                "GET /tasks/1",
                "POST /tasks/1/cancel",
                "POST /tasks/1/retry",
                "GET /dispatch",
                "PUT /dispatch");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void noRouteIsForStrangers(String route) {
        JsonNode user = make("{'name':'%s'}");
        JsonNode disabled = make("{'name':'%s','role':'admin'}");
        send(root, "PATCH /accounts/" + id(disabled), "{'enabled':false}");
        JsonNode manager = make("{'name':'%s','role':'admin'}");
        String wronglyScoped = send(
                        root, "POST /accounts/" + id(manager) + "/tokens", "{'name':'m','scopes':['manager']}")
                .at("/data/token")
                .asText();

        String body = route.startsWith("P") ? "{}" : null;
        assertThat(send(null, route, body).status()).isEqualTo(401);
        assertThat(send("sk-nobody", route, body).status()).isEqualTo(401);
        assertThat(send(token(user), route, body).status()).isEqualTo(403);
        assertThat(send(token(disabled), route, body).status()).isEqualTo(403);
        assertThat(send(wronglyScoped, route, body).status()).isEqualTo(403);
        assertThat(send(token(user), route, body).at("/success").booleanValue()).isFalse();
        assertThat(send(token(user), route, body).at("/message").asText()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/admin;x=1/accounts",
                "/api/%61dmin/accounts",
                "/api/admin/accounts;x",
                "/api/admin/accounts/"
            })
    void noSpellingOfARouteIsForStrangers(String path) {
        assertThat(exchange("GET", path, null, null).status()).isIn(401, 404);
    }

    @Test
    void a401TellsHowToDoIt() {
        Got got = send(null, "GET /accounts", null);
        assertThat(got.response().headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(got.at("/success").booleanValue()).isFalse();
        assertThat(got.at("/message").asText()).contains("Authorization: Bearer");
    }

    @Test
    void anAccountIsMadeWithItsDefaults() {
        String name = unique();
        Got got = send(root, "POST /accounts", "{'name':'" + name + "','unknown':[1]}");
        assertThat(got.status()).isEqualTo(201);
        assertThat(got.at("/success").booleanValue()).isTrue();
        assertThat(got.at("/message").asText()).isEmpty();
        assertThat(got.at("/data/id").isIntegralNumber()).isTrue();
        assertThat(got.at("/data/name").asText()).isEqualTo(name);
        assertThat(got.at("/data/role").asText()).isEqualTo("user");
        assertThat(got.at("/data/enabled").booleanValue()).isTrue();
        assertThat(got.at("/data/quota").longValue()).isZero();
        assertThat(got.at("/data/used_quota").longValue()).isZero();
        assertThat(texts(got.at("/data/from"))).containsExactly(name);
        assertThat(texts(got.at("/data/sources"))).containsExactly(name);
        assertThat(got.at("/data/return_url").isNull()).isTrue();
        assertThat(got.at("/data/token").asText()).matches("sk-[A-Za-z0-9]{48}");
        assertThat(got.at("/data/webhook_secret").asText()).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(got.response().headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void anAccountIsMadeAsAsked() {
        JsonNode made = make("{'name':'%s','role':'admin','quota':'500','from':['f1','f2'],'sources':[],"
                + "'return_url':'https://example.org/back'}");
        assertThat(made.at("/role").asText()).isEqualTo("admin");
        assertThat(made.at("/quota").longValue()).isEqualTo(500);
        assertThat(texts(made.at("/from"))).containsExactly("f1", "f2");
        assertThat(texts(made.at("/sources"))).isEmpty();
        assertThat(made.at("/return_url").asText()).isEqualTo("https://example.org/back");
    }

    @Test
    void aWebhookSecretIsRenewedAgainAndAgain() {
        JsonNode made = make("{'name':'%s'}");
        String route = "POST /accounts/" + id(made) + "/webhook-secret";
        String renewed = send(root, route, null).at("/data/webhook_secret").asText();
        assertThat(renewed)
                .matches("whsec_[A-Za-z0-9+/]{43}=")
                .isNotEqualTo(made.get("webhook_secret").asText());
        Got third = send(root, route, null);
        assertThat(third.status()).isEqualTo(200);
        assertThat(third.at("/data/webhook_secret").asText()).isNotEqualTo(renewed);
        assertThat(send(root, "POST /accounts/99999/webhook-secret", null).status())
                .isEqualTo(404);
        JsonNode admin = make("{'name':'%s','role':'admin'}");
        assertThat(send(token(admin), "POST /accounts/1/webhook-secret", null).status())
                .isEqualTo(403);
        assertThat(send(token(admin), route, null).status()).isEqualTo(200);
    }

    @Test
    void accountsAreShownWithoutSecrets() {
        JsonNode made = make("{'name':'%s'}");
        Got one = send(root, "GET /accounts/" + id(made), null);
        Got all = send(root, "GET /accounts", null);
        assertThat(one.at("/data/name")).isEqualTo(made.get("name"));
        assertThat(one.at("/data").has("token")).isFalse();
        assertThat(all.at("/data/items/0/name").asText()).isEqualTo("admin");
        assertThat(all.text())
                .contains(made.get("name").asText())
                .doesNotContain("sk-")
                .doesNotContain("whsec_");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|name",
                "{'name':''}|name",
                "{'name':null}|name",
                "{'name':'a\\u0000b'}|name",
                "{'name':'a\\nb'}|name",
                "{'name':['a']}|name",
                "{'name':'x','role':'god'}|role",
                "{'name':'x','quota':-1}|quota",
                "{'name':'x','quota':1.5}|quota",
                "{'name':'x','quota':'many'}|quota",
                "{'name':'x','from':[1,{}]}|from",
                "{'name':'x','sources':true}|sources",
                "{'name':'x','return_url':'ftp://x'}|return_url",
                "{'name':'x'|JSON",
                "[]|JSON object",
                "`` |JSON object",
            })
    void whatIsWrongWithAnAccountIsTold(String body, String words) {
        Got got = send(root, "POST /accounts", body);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.at("/success").booleanValue()).isFalse();
        assertThat(got.at("/message").asText()).contains(words);
    }

    @Test
    void aNameIsTakenOnceAndForEver() {
        JsonNode made = make("{'name':'%s'}");
        String again = "{'name':'" + made.get("name").asText() + "'}";
        assertThat(send(root, "POST /accounts", again).status()).isEqualTo(409);
        assertThat(send(root, "DELETE /accounts/" + id(made), null).status()).isEqualTo(200);
        assertThat(send(root, "POST /accounts", again).status()).isEqualTo(409);
    }

    @Test
    void aChangeTouchesWhatItNamesAlone() {
        JsonNode made = make("{'name':'%s','from':['f'],'sources':['s'],'return_url':'http://example.org'}");
        Got got = send(root, "PATCH /accounts/" + id(made), "{'from':['g','h'],'role':null,'name':'else','quota':7}");
        assertThat(got.status()).isEqualTo(200);
        assertThat(texts(got.at("/data/from"))).containsExactly("g", "h");
        JsonNode after = send(root, "GET /accounts/" + id(made), null).at("/data");
        assertThat(after).isEqualTo(got.at("/data"));
        assertThat(texts(after.at("/sources"))).containsExactly("s");
        assertThat(after.at("/return_url").asText()).isEqualTo("http://example.org");
        assertThat(after.at("/name")).isEqualTo(made.get("name"));
        assertThat(after.at("/quota").longValue()).isZero();
        assertThat(send(root, "PATCH /accounts/" + id(made), "{'return_url':''}")
                        .at("/data/return_url")
                        .isNull())
                .isTrue();
    }

    @Test
    void aDisabledAccountIsOutAtOnceAndInAgain() {
        JsonNode made = make("{'name':'%s','role':'admin'}");
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(200);
        send(root, "PATCH /accounts/" + id(made), "{'enabled':'false'}");
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(403);
        send(root, "PATCH /accounts/" + id(made), "{'enabled':true}");
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(200);
        send(root, "PATCH /accounts/" + id(made), "{'role':'user'}");
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(403);
    }

    @Test
    void aDeletedAccountIsGone() {
        JsonNode made = make("{'name':'%s','role':'admin'}");
        assertThat(send(root, "DELETE /accounts/" + id(made), null).status()).isEqualTo(200);
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(401);
        assertThat(send(root, "GET /accounts/" + id(made), null).status()).isEqualTo(404);
        assertThat(send(root, "PATCH /accounts/" + id(made), "{'enabled':true}").status())
                .isEqualTo(404);
        assertThat(send(root, "DELETE /accounts/" + id(made), null).status()).isEqualTo(404);
        assertThat(send(root, "GET /accounts", null).text())
                .doesNotContain(made.get("name").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"9999999", "0", "-1", "x", "1.0", "99999999999999999999"})
    void anAccountThatIsNotThereIsNotFound(String id) {
        assertThat(send(root, "GET /accounts/" + id, null).status()).isEqualTo(404);
        assertThat(send(root, "PATCH /accounts/" + id, "{}").status()).isEqualTo(404);
        assertThat(send(root, "POST /accounts/" + id + "/token", null).status()).isEqualTo(404);
        assertThat(send(root, "GET /accounts/" + id + "/tokens", null).status()).isEqualTo(404);
    }

    @Test
    void onlyRootTouchesAdministrators() {
        String admin = token(make("{'name':'%s','role':'admin'}"));
        JsonNode other = make("{'name':'%s','role':'admin'}");
        JsonNode user = make("{'name':'%s'}");
        String theirs = "/accounts/" + id(other);
        assertThat(send(admin, "POST /accounts", "{'name':'" + unique() + "','role':'admin'}")
                        .status())
                .isEqualTo(403);
        assertThat(send(admin, "POST /accounts", "{'name':'" + unique() + "','role':'root'}")
                        .status())
                .isEqualTo(403);
        assertThat(send(admin, "PATCH " + theirs, "{'enabled':false}").status()).isEqualTo(403);
        assertThat(send(admin, "DELETE " + theirs, null).status()).isEqualTo(403);
        assertThat(send(admin, "POST " + theirs + "/token", null).status()).isEqualTo(403);
        assertThat(send(admin, "POST " + theirs + "/tokens", "{'name':'x'}").status())
                .isEqualTo(403);
        assertThat(send(admin, "DELETE " + theirs + "/tokens/1", null).status()).isEqualTo(403);
        assertThat(send(admin, "PATCH /accounts/" + id(user), "{'role':'admin'}")
                        .status())
                .isEqualTo(403);
        assertThat(send(admin, "PATCH /accounts/" + id(user), "{'from':['z']}").status())
                .isEqualTo(200);
        assertThat(send(admin, "POST /accounts", "{'name':'" + unique() + "'}").status())
                .isEqualTo(201);
        assertThat(send(token(other), "GET /accounts", null).status()).isEqualTo(200);
    }

    @Test
    void theLastRootStays() {
        assertThat(send(root, "DELETE /accounts/1", null).status()).isEqualTo(409);
        assertThat(send(root, "PATCH /accounts/1", "{'enabled':false}").status())
                .isEqualTo(409);
        assertThat(send(root, "PATCH /accounts/1", "{'role':'admin'}").status()).isEqualTo(409);
        assertThat(send(root, "GET /accounts/1", null).at("/data/role").asText())
                .isEqualTo("root");
    }

    @Test
    void aNewTokenEndsTheOldOneAtOnce() {
        JsonNode made = make("{'name':'%s','role':'admin'}");
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(200);
        Got got = send(root, "POST /accounts/" + id(made) + "/token", null);
        assertThat(got.status()).isEqualTo(200);
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(401);
        assertThat(send(got.at("/data/token").asText(), "GET /accounts", null).status())
                .isEqualTo(200);
    }

    @Test
    void furtherTokensComeAndGo() {
        JsonNode made = make("{'name':'%s','role':'admin'}");
        String tokens = "/accounts/" + id(made) + "/tokens";
        Got got = send(
                root,
                "POST " + tokens,
                "{'name':'ci','scopes':['admin','manager'],'expires_at':'2100-01-01T01:00:00+01:00'}");
        assertThat(got.status()).isEqualTo(201);
        assertThat(got.at("/data/expires_at").asText()).isEqualTo("2100-01-01T00:00:00Z");
        assertThat(texts(got.at("/data/scopes"))).containsExactly("manager", "admin");
        String token = got.at("/data/token").asText();
        assertThat(send(token, "GET /accounts", null).status()).isEqualTo(200);

        Got list = send(root, "GET " + tokens, null);
        assertThat(list.at("/data/items")).hasSize(2);
        assertThat(list.at("/data/items/0/main").booleanValue()).isTrue();
        assertThat(list.at("/data/items/1/name").asText()).isEqualTo("ci");
        assertThat(list.text()).doesNotContain("sk-");

        assertThat(send(root, "DELETE " + tokens + "/" + got.at("/data/id").asText(), null)
                        .status())
                .isEqualTo(200);
        assertThat(send(token, "GET /accounts", null).status()).isEqualTo(401);
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(200);
        assertThat(send(root, "DELETE " + tokens + "/" + got.at("/data/id").asText(), null)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aTokenIsDeletedByItsOwnAccountAlone() {
        JsonNode one = make("{'name':'%s'}");
        JsonNode two = make("{'name':'%s'}");
        String token = send(root, "GET /accounts/" + id(one) + "/tokens", null)
                .at("/data/items/0/id")
                .asText();
        assertThat(send(root, "DELETE /accounts/" + id(two) + "/tokens/" + token, null)
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|name",
                "{'name':'x','scopes':['all']}|scopes",
                "{'name':'x','scopes':[]}|scopes",
                "{'name':'x','expires_at':'2001-01-01T00:00:00Z'}|expires_at",
                "{'name':'x','expires_at':'soon'}|expires_at",
            })
    void whatIsWrongWithATokenIsTold(String body, String words) {
        Got got = send(root, "POST /accounts/1/tokens", body);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.at("/message").asText()).contains(words);
    }

    @Test
    void everyChangeIsInTheAudit() {
        JsonNode made = make("{'name':'%s'}");
        String account = "/accounts/" + id(made);
        Got changed = send(root, "PATCH " + account, "{'enabled':false}");
        send(root, "POST " + account + "/token", null);
        String token = send(root, "POST " + account + "/tokens", "{'name':'ci'}")
                .at("/data/id")
                .asText();
        send(root, "DELETE " + account + "/tokens/" + token, null);
        send(root, "DELETE " + account, null);
        send(root, "PATCH " + account, "{'enabled':true}");
        Got paused = send(root, "PUT /dispatch", "{'paused':[]}");

        JsonNode items = send(root, "GET /audit?limit=7", null).at("/data/items");
        assertThat(items.findValuesAsText("action"))
                .containsExactly(
                        "dispatch.change",
                        "account.delete",
                        "token.delete",
                        "token.create",
                        "token.renew",
                        "account.change",
                        "account.create");
        assertThat(items.at("/6/who").asText()).isEqualTo("admin");
        assertThat(items.at("/6/from").asText()).isEqualTo("127.0.0.1");
        assertThat(items.at("/6/target").asText()).contains(made.get("name").asText());
        assertThat(items.at("/6/at").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(items.at("/5/detail").asText()).isEqualTo("disabled");
        assertThat(items.at("/5/request").asText()).isEqualTo(changed.requestId());
        assertThat(items.at("/0/request").asText()).isEqualTo(paused.requestId());
        assertThat(items.findValuesAsText("request")).doesNotHaveDuplicates().doesNotContain("", "null");
        long before = items.at("/0/id").longValue();
        assertThat(send(root, "GET /audit?limit=1&before=" + before, null)
                        .at("/data/items/0/action")
                        .asText())
                .isEqualTo("account.delete");
        assertThat(send(root, "GET /audit", null).text()).doesNotContain("sk-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=x", "limit=-1", "before=x", "before=1.5"})
    void whatIsWrongWithAPageIsTold(String query) {
        assertThat(send(root, "GET /audit?" + query, null).status()).isEqualTo(400);
    }

    @Test
    void tasksAreListedAsTheyAreAskedFor() {
        JsonNode account = make("{'name':'%s'}");
        String from = account.get("name").asText();
        for (String name : List.of("one", "on_e", "two")) {
            add(token(account), from, name, name.equals("two") ? "other" : "group");
        }
        add(token(make("{'name':'%s','from':['stranger']}")), "stranger", "one", "group");
        String mine = "GET /tasks?client=" + from;

        assertThat(names(mine)).containsExactly("two", "on_e", "one");
        assertThat(names(mine + "&group=group")).containsExactly("on_e", "one");
        assertThat(names(mine + "&q=on")).containsExactly("on_e", "one");
        assertThat(names(mine + "&q=on_")).containsExactly("on_e");
        assertThat(names(mine + "&kind=call&state=waiting")).containsExactly("two", "on_e", "one");
        assertThat(names(mine + "&kind=push")).isEmpty();
        assertThat(names(mine + "&state=failed")).isEmpty();
        assertThat(names(mine + "&from=2000-01-01T00:00:00Z&to=2999-01-01T00:00:00%2B02:00"))
                .hasSize(3);
        assertThat(names(mine + "&from=2999-01-01T00:00:00Z")).isEmpty();
        assertThat(names(mine + "&to=2000-01-01T00:00:00Z")).isEmpty();
        assertThat(names(mine + "%00")).isEmpty();
        Got first = send(root, mine + "&limit=2", null);
        assertThat(first.at("/data/total").intValue()).isEqualTo(3);
        assertThat(first.at("/data/total_is_capped").booleanValue()).isFalse();
        String next = first.at("/data/next").asText();
        Got second = send(root, mine + "&limit=2&after=" + next, null);
        assertThat(second.at("/data/items/0/client_id").asText()).isEqualTo("one");
        assertThat(second.at("/data/items")).hasSize(1);
        assertThat(second.at("/data/next").isNull()).isTrue();
        assertThat(names("GET /tasks?q=one&group=group")).containsExactly("one", "one");
        Got one = send(root, "GET /tasks/" + second.at("/data/items/0/id").asText(), null);
        assertThat(one.at("/data/client").asText()).isEqualTo(from);
        assertThat(one.at("/data/run_at").asText()).startsWith("2035-01-01T00:0");
        assertThat(one.at("/data/ended_at").isNull()).isTrue();
        assertThat(one.at("/data/attempts")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"state=over", "from=yesterday", "to=1", "limit=x", "after=-1"})
    void whatIsWrongWithAListOfTasksIsTold(String query) {
        Got got = send(root, "GET /tasks?" + query, null);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.at("/message").asText()).contains(query.substring(0, query.indexOf('=')));
    }

    @Test
    void onlyWhatHasEndedIsRetried() {
        JsonNode account = make("{'name':'%s'}");
        String from = account.get("name").asText();
        add(token(account), from, "open", "group");
        String task = send(root, "GET /tasks?client=" + from, null)
                .at("/data/items/0/id")
                .asText();

        Got got = send(root, "POST /tasks/" + task + "/retry", null);

        assertThat(got.status()).isEqualTo(409);
        assertThat(got.at("/message").asText()).contains("still open");
        assertThat(send(root, "POST /tasks/0/retry", null).status()).isEqualTo(404);
        assertThat(send(root, "GET /tasks/0", null).status()).isEqualTo(404);
        assertThat(send(root, "GET /tasks/x", null).status()).isEqualTo(404);
    }

    @Test
    void noClientIsCalledAsAccountsAreToTheEngine() {
        JsonNode account = make("{'name':'%s'}");
        for (String body : List.of("{'name':'account:1'}", "{'name':'another','from':['shop','account:1']}")) {
            Got got = send(root, "POST /accounts", body);
            assertThat(got.status()).as(got.text()).isEqualTo(400);
            assertThat(got.at("/message").asText()).startsWith("from must not");
        }
        String own = "/accounts/" + account.get("id").asText();
        assertThat(send(root, "PATCH " + own, "{'from':['account:2']}").status())
                .isEqualTo(400);
        assertThat(send(root, "GET " + own, null).at("/data/from").toString()).doesNotContain("account:");
    }

    @Test
    void aCancelEndsWhatWaitsOnceAndIsInTheAudit() {
        JsonNode account = make("{'name':'%s'}");
        String from = account.get("name").asText();
        add(token(account), from, "doomed", "group");
        String task = send(root, "GET /tasks?client=" + from, null)
                .at("/data/items/0/id")
                .asText();
        assertThat(send(root, "POST /tasks/" + task + "/cancel", "{'force':'perhaps'}")
                        .status())
                .isEqualTo(400);

        Got got = send(root, "POST /tasks/" + task + "/cancel", "{'force':false}");

        assertThat(got.status()).as(got.text()).isEqualTo(200);
        assertThat(got.at("/data/state").asText()).isEqualTo("cancelled");
        JsonNode change = send(root, "GET /audit?limit=1", null).at("/data/items/0");
        assertThat(change.get("action").asText()).isEqualTo("task.cancel");
        assertThat(change.get("target").asText()).isEqualTo("task " + task);
        assertThat(change.get("detail").asText()).isEqualTo("call of " + from);
        Got again = send(root, "POST /tasks/" + task + "/cancel", null);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.at("/message").asText()).contains("has ended");
        assertThat(send(root, "POST /tasks/0/cancel", null).status()).isEqualTo(404);
    }

    @Test
    void aRetryIsInTheAudit() {
        JsonNode account = make("{'name':'%s'}");
        String from = account.get("name").asText();
        add(token(account), from, "gone", "group");
        String cancel = "{'message_type':'cancel_task','parameters':{'from':'%s','id':'gone'}}".formatted(from);
        exchange("POST", "/manager", token(account), cancel.replace('\'', '"'));
        String task = send(root, "GET /tasks?client=" + from, null)
                .at("/data/items/0/id")
                .asText();

        assertThat(send(root, "POST /tasks/" + task + "/retry", null)
                        .at("/data/generation")
                        .intValue())
                .isEqualTo(2);

        JsonNode change = send(root, "GET /audit?limit=1", null).at("/data/items/0");
        assertThat(change.get("action").asText()).isEqualTo("task.retry");
        assertThat(change.get("target").asText()).isEqualTo("task " + task);
        assertThat(change.get("detail").asText()).isEqualTo("call of " + from + ", now generation 2");
    }

    private static List<String> names(String route) {
        return texts(JSON.valueToTree(send(root, route, null).at("/data/items").findValuesAsText("client_id")));
    }

    /** A task that waits for years. */
    private static void add(String token, String from, String id, String group) {
        String message =
                ("{'message_type':'add_task','parameters':{'from':'%s','id':'%s','group':'%s','task_type':'MP-API',"
                                + "'task':{'url':'http://target.invalid/','method':'GET','run_at':'2035-01-01T00:00:00Z'}}}")
                        .formatted(from, id, group);
        Got got = exchange("POST", "/manager", token, message.replace('\'', '"'));
        assertThat(got.at("/results/0/code").intValue()).as(got.text()).isEqualTo(200);
    }

    @Test
    void kindsArePausedUntilTheyAreTakenOut() {
        assertThat(texts(
                        send(root, "PUT /dispatch", "{'paused':['push','run']}").at("/data/paused")))
                .containsExactly("push", "run");
        assertThat(texts(send(root, "GET /dispatch", null).at("/data/paused"))).containsExactly("push", "run");
        send(root, "PUT /dispatch", "{'paused':[]}");
        assertThat(texts(send(root, "GET /dispatch", null).at("/data/paused"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'paused':['sleep']}", "{'paused':{}}", "{'paused':null}"})
    void whatIsWrongWithAPauseIsTold(String body) {
        Got got = send(root, "PUT /dispatch", body);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.at("/message").asText()).contains("paused");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "text/plain",
                "multipart/form-data",
                "application/octet-stream"
            })
    void aBodyIsJsonWhateverItsType(String type) {
        assertThat(exchange("POST", "/api/admin/accounts", root, "{\"name\":\"" + unique() + "\"}", type)
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aLargeBodyIsRefused() {
        Got got = send(root, "POST /accounts", "{'name':'" + "x".repeat(1 << 20) + "'}");
        assertThat(got.status()).isEqualTo(413);
        assertThat(got.at("/success").booleanValue()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/api/admin/nothing,404",
        "GET,/nothing,404",
        "GET,/error,404",
        "GET,/application.wadl,404",
        "PUT,/api/admin/accounts,405",
        "POST,/api/admin/audit,405"
    })
    void whatIsNotThereIsToldInTheSameShape(String method, String path, int status) {
        Got got = exchange(method, path, root, "GET".equals(method) ? null : "{}");
        assertThat(got.status()).isEqualTo(status);
        assertThat(got.at("/success").booleanValue()).isFalse();
        assertThat(got.at("/message").asText()).isNotBlank();
        assertThat(got.text()).doesNotContainIgnoringCase("payara").doesNotContain("org.");
    }

    @Test
    void a405TellsWhatIsAllowed() {
        Got got = send(root, "PUT /accounts", "{}");
        assertThat(got.response().headers().firstValue("Allow").orElse(""))
                .contains("GET")
                .contains("POST");
    }

    private static JsonNode make(String body) {
        Got got = send(root, "POST /accounts", body.formatted(unique()));
        assertThat(got.status()).as(got.text()).isEqualTo(201);
        return got.at("/data");
    }

    private static String unique() {
        return "account-" + LAST.incrementAndGet();
    }

    private static String id(JsonNode account) {
        return account.get("id").asText();
    }

    private static String token(JsonNode account) {
        return account.get("token").asText();
    }

    private static List<String> texts(JsonNode array) {
        return JSON.convertValue(array, JSON.getTypeFactory().constructCollectionType(List.class, String.class));
    }

    private static Got send(String token, String route, String body) {
        String[] words = route.split(" ");
        return exchange(words[0], "/api/admin" + words[1], token, body == null ? null : body.replace('\'', '"'));
    }

    private static Got exchange(String method, String path, String token, String body) {
        return exchange(method, path, token, body, "application/json");
    }

    private static Got exchange(String method, String path, String token, String body, String type) {
        HttpRequest.Builder request = HttpRequest.newBuilder(centre.uri(path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", type);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return new Got(HTTP.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private record Got(HttpResponse<String> response) {
        String requestId() {
            return response.headers().firstValue("X-Request-Id").orElseThrow();
        }

        int status() {
            return response.statusCode();
        }

        String text() {
            return response.body();
        }

        JsonNode at(String pointer) {
            try {
                return JSON.readTree(text()).at(pointer);
            } catch (IOException e) {
                throw new UncheckedIOException("no JSON: " + text(), e);
            }
        }
    }
}
