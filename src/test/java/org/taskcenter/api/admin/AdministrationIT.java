package org.taskcenter.api.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.admin.Stage.ROOT;
import static org.taskcenter.api.admin.Stage.exchange;
import static org.taskcenter.api.admin.Stage.id;
import static org.taskcenter.api.admin.Stage.make;
import static org.taskcenter.api.admin.Stage.send;
import static org.taskcenter.api.admin.Stage.token;
import static org.taskcenter.api.admin.Stage.unique;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use the administration API over HTTP, and how it refuses what is no request of its own. */
class AdministrationIT {
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
        send(ROOT, "PATCH /accounts/" + id(disabled), "{'enabled':false}");
        JsonNode manager = make("{'name':'%s','role':'admin'}");
        String wronglyScoped = send(
                        ROOT, "POST /accounts/" + id(manager) + "/tokens", "{'name':'m','scopes':['manager']}")
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

    @ParameterizedTest
    @CsvSource({"GET,/accounts/1,200", "GET,/accounts/0,404", "DELETE,/accounts/0,404", "DELETE,/dispatch,405"})
    void aBodyThatNobodyNeedsIsReadOver(String method, String path, int status) {
        Got got = send(ROOT, method + " " + path, "{'a':1}");
        assertThat(got.status()).as(got.toString()).isEqualTo(status);
        assertThat(got.at("/success").booleanValue()).isEqualTo(status == 200);
    }

    @Test
    void a401TellsHowToDoIt() {
        Got got = send(null, "GET /accounts", null);
        assertThat(got.response().headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(got.at("/success").booleanValue()).isFalse();
        assertThat(got.at("/message").asText()).contains("Authorization: Bearer");
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
        assertThat(exchange("POST", "/api/admin/accounts", ROOT, "{\"name\":\"" + unique() + "\"}", type)
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aLargeBodyIsRefused() {
        Got got = send(ROOT, "POST /accounts", "{'name':'" + "x".repeat(1 << 20) + "'}");
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
        Got got = exchange(method, path, ROOT, "GET".equals(method) ? null : "{}");
        assertThat(got.status()).isEqualTo(status);
        assertThat(got.at("/success").booleanValue()).isFalse();
        assertThat(got.at("/message").asText()).isNotBlank();
        assertThat(got.text()).doesNotContainIgnoringCase("payara").doesNotContain("org.");
    }

    @Test
    void a405TellsWhatIsAllowed() {
        Got got = send(ROOT, "PUT /accounts", "{}");
        assertThat(got.response().headers().firstValue("Allow").orElse(""))
                .contains("GET")
                .contains("POST");
    }
}
