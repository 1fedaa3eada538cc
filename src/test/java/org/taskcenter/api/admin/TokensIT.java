package org.taskcenter.api.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.admin.Stage.ROOT;
import static org.taskcenter.api.admin.Stage.id;
import static org.taskcenter.api.admin.Stage.make;
import static org.taskcenter.api.admin.Stage.send;
import static org.taskcenter.api.admin.Stage.texts;
import static org.taskcenter.api.admin.Stage.token;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens of accounts over the administration API. */
class TokensIT {
    @Test
    void aNewTokenEndsTheOldOneAtOnce() {
        JsonNode made = make("{'name':'%s','role':'admin'}");
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(200);
        Got got = send(ROOT, "POST /accounts/" + id(made) + "/token", null);
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
                ROOT,
                "POST " + tokens,
                "{'name':'ci','scopes':['admin','manager'],'expires_at':'2100-01-01T01:00:00+01:00'}");
        assertThat(got.status()).isEqualTo(201);
        assertThat(got.at("/data/expires_at").asText()).isEqualTo("2100-01-01T00:00:00Z");
        assertThat(texts(got.at("/data/scopes"))).containsExactly("manager", "admin");
        String token = got.at("/data/token").asText();
        assertThat(send(token, "GET /accounts", null).status()).isEqualTo(200);

        Got list = send(ROOT, "GET " + tokens, null);
        assertThat(list.at("/data/items")).hasSize(2);
        assertThat(list.at("/data/items/0/main").booleanValue()).isTrue();
        assertThat(list.at("/data/items/1/name").asText()).isEqualTo("ci");
        assertThat(list.text()).doesNotContain("sk-");

        assertThat(send(ROOT, "DELETE " + tokens + "/" + got.at("/data/id").asText(), null)
                        .status())
                .isEqualTo(200);
        assertThat(send(token, "GET /accounts", null).status()).isEqualTo(401);
        assertThat(send(token(made), "GET /accounts", null).status()).isEqualTo(200);
        assertThat(send(ROOT, "DELETE " + tokens + "/" + got.at("/data/id").asText(), null)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aTokenIsDeletedByItsOwnAccountAlone() {
        JsonNode one = make("{'name':'%s'}");
        JsonNode two = make("{'name':'%s'}");
        String token = send(ROOT, "GET /accounts/" + id(one) + "/tokens", null)
                .at("/data/items/0/id")
                .asText();
        assertThat(send(ROOT, "DELETE /accounts/" + id(two) + "/tokens/" + token, null)
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
        send(ROOT, "POST /accounts/1/tokens", body).assertWrong(words);
    }
}
