package org.taskcenter.api.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.admin.Stage.ROOT;
import static org.taskcenter.api.admin.Stage.id;
import static org.taskcenter.api.admin.Stage.make;
import static org.taskcenter.api.admin.Stage.send;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The audit over the administration API. */
class AuditIT {
    @Test
    void everyChangeIsInTheAudit() {
        JsonNode made = make("{'name':'%s'}");
        String account = "/accounts/" + id(made);
        Got changed = send(ROOT, "PATCH " + account, "{'enabled':false}");
        send(ROOT, "POST " + account + "/token", null);
        String token = send(ROOT, "POST " + account + "/tokens", "{'name':'ci'}")
                .at("/data/id")
                .asText();
        send(ROOT, "DELETE " + account + "/tokens/" + token, null);
        send(ROOT, "DELETE " + account, null);
        send(ROOT, "PATCH " + account, "{'enabled':true}");
        Got paused = send(ROOT, "PUT /dispatch", "{'paused':[]}");

        JsonNode items = send(ROOT, "GET /audit?limit=7", null).at("/data/items");
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
        assertThat(send(ROOT, "GET /audit?limit=1&before=" + before, null)
                        .at("/data/items/0/action")
                        .asText())
                .isEqualTo("account.delete");
        assertThat(send(ROOT, "GET /audit", null).text()).doesNotContain("sk-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=x", "limit=-1", "before=x", "before=1.5"})
    void whatIsWrongWithAPageIsTold(String query) {
        assertThat(send(ROOT, "GET /audit?" + query, null).status()).isEqualTo(400);
    }
}
