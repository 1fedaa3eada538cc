package org.taskcenter.api.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.admin.Stage.ROOT;
import static org.taskcenter.api.admin.Stage.id;
import static org.taskcenter.api.admin.Stage.make;
import static org.taskcenter.api.admin.Stage.send;
import static org.taskcenter.api.admin.Stage.texts;
import static org.taskcenter.api.admin.Stage.token;
import static org.taskcenter.api.admin.Stage.unique;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Accounts over the administration API: made, shown, changed and deleted. */
class AccountsIT {
    @Test
    void anAccountIsMadeWithItsDefaults() {
        String name = unique();
        Got got = send(ROOT, "POST /accounts", "{'name':'" + name + "','unknown':[1]}");
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
        String renewed = send(ROOT, route, null).at("/data/webhook_secret").asText();
        assertThat(renewed)
                .matches("whsec_[A-Za-z0-9+/]{43}=")
                .isNotEqualTo(made.get("webhook_secret").asText());
        Got third = send(ROOT, route, null);
        assertThat(third.status()).isEqualTo(200);
        assertThat(third.at("/data/webhook_secret").asText()).isNotEqualTo(renewed);
        assertThat(send(ROOT, "POST /accounts/99999/webhook-secret", null).status())
                .isEqualTo(404);
        JsonNode admin = make("{'name':'%s','role':'admin'}");
        assertThat(send(token(admin), "POST /accounts/1/webhook-secret", null).status())
                .isEqualTo(403);
        assertThat(send(token(admin), route, null).status()).isEqualTo(200);
    }

    @Test
    void accountsAreShownWithoutSecrets() {
        JsonNode made = make("{'name':'%s'}");
        Got one = send(ROOT, "GET /accounts/" + id(made), null);
        Got all = send(ROOT, "GET /accounts", null);
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
        Got got = send(ROOT, "POST /accounts", body);
        got.assertWrong(words);
        assertThat(got.at("/success").booleanValue()).isFalse();
    }

    @Test
    void aNameIsTakenOnceAndForEver() {
        JsonNode made = make("{'name':'%s'}");
        String again = "{'name':'" + made.get("name").asText() + "'}";
        assertThat(send(ROOT, "POST /accounts", again).status()).isEqualTo(409);
        assertThat(send(ROOT, "DELETE /accounts/" + id(made), null).status()).isEqualTo(200);
        assertThat(send(ROOT, "POST /accounts", again).status()).isEqualTo(409);
    }

    @Test
    void aChangeTouchesWhatItNamesAlone() {
        JsonNode made = make("{'name':'%s','from':['f'],'sources':['s'],'return_url':'http://example.org'}");
        Got got = send(ROOT, "PATCH /accounts/" + id(made), "{'from':['g','h'],'role':null,'name':'else','quota':7}");
        assertThat(got.status()).isEqualTo(200);
        assertThat(texts(got.at("/data/from"))).containsExactly("g", "h");
        JsonNode after = send(ROOT, "GET /accounts/" + id(made), null).at("/data");
        assertThat(after).isEqualTo(got.at("/data"));
        assertThat(texts(after.at("/sources"))).containsExactly("s");
        assertThat(after.at("/return_url").asText()).isEqualTo("http://example.org");
        assertThat(after.at("/name")).isEqualTo(made.get("name"));
        assertThat(after.at("/quota").longValue()).isZero();
        assertThat(send(ROOT, "PATCH /accounts/" + id(made), "{'return_url':''}")
                        .at("/data/return_url")
                        .isNull())
                .isTrue();
    }

    @Test
    void aDisabledAccountIsOutAtOnceAndInAgain() {
        JsonNode made = make("{'name':'%s','role':'admin'}");
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(200);
        send(ROOT, "PATCH /accounts/" + id(made), "{'enabled':'false'}");
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(403);
        send(ROOT, "PATCH /accounts/" + id(made), "{'enabled':true}");
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(200);
        send(ROOT, "PATCH /accounts/" + id(made), "{'role':'user'}");
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(403);
    }

    @Test
    void aDeletedAccountIsGoneAndItsLedgerIsNot() {
        JsonNode made = make("{'name':'%s','role':'admin','quota':7}");
        assertThat(send(ROOT, "DELETE /accounts/" + id(made), null).status()).isEqualTo(200);
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(401);
        assertThat(send(ROOT, "GET /accounts/" + id(made), null).status()).isEqualTo(404);
        assertThat(send(ROOT, "PATCH /accounts/" + id(made), "{'enabled':true}").status())
                .isEqualTo(404);
        assertThat(send(ROOT, "DELETE /accounts/" + id(made), null).status()).isEqualTo(404);
        Got ledger = send(ROOT, "GET /accounts/" + id(made) + "/ledger", null);
        assertThat(ledger.status()).isEqualTo(200);
        assertThat(ledger.at("/data/items/0/amount").longValue()).isEqualTo(7);
        assertThat(send(ROOT, "GET /accounts", null).text())
                .doesNotContain(made.get("name").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"9999999", "0", "-1", "x", "1.0", "99999999999999999999"})
    void anAccountThatIsNotThereIsNotFound(String id) {
        assertThat(send(ROOT, "GET /accounts/" + id, null).status()).isEqualTo(404);
        assertThat(send(ROOT, "PATCH /accounts/" + id, "{}").status()).isEqualTo(404);
        assertThat(send(ROOT, "POST /accounts/" + id + "/token", null).status()).isEqualTo(404);
        assertThat(send(ROOT, "GET /accounts/" + id + "/tokens", null).status()).isEqualTo(404);
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
        assertThat(send(ROOT, "DELETE /accounts/1", null).status()).isEqualTo(409);
        assertThat(send(ROOT, "PATCH /accounts/1", "{'enabled':false}").status())
                .isEqualTo(409);
        assertThat(send(ROOT, "PATCH /accounts/1", "{'role':'admin'}").status()).isEqualTo(409);
        assertThat(send(ROOT, "GET /accounts/1", null).at("/data/role").asText())
                .isEqualTo("root");
    }

    @Test
    void noClientIsCalledAsAccountsAreToTheEngine() {
        JsonNode account = make("{'name':'%s'}");
        for (String body : List.of("{'name':'account:1'}", "{'name':'another','from':['shop','account:1']}")) {
            Got got = send(ROOT, "POST /accounts", body);
            assertThat(got.status()).as(got.text()).isEqualTo(400);
            assertThat(got.at("/message").asText()).startsWith("from must not");
        }
        String own = "/accounts/" + account.get("id").asText();
        assertThat(send(ROOT, "PATCH " + own, "{'from':['account:2']}").status())
                .isEqualTo(400);
        assertThat(send(ROOT, "GET " + own, null).at("/data/from").toString()).doesNotContain("account:");
    }
}
