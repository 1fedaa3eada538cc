package org.taskcenter.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.Reply;

/** Quota, channels and declared platforms over HTTP, against the packaged program on the embedded database. */
class ChannelsIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String KEY = "key-that-nobody-sees";
    private static Centre centre;

    @BeforeAll
    static void start() {
        centre = Centre.setup().with("TASKCENTER_ALLOW_TARGETS", "127.0.0.1").start();
    }

    @AfterAll
    static void stop() {
        centre.close();
    }

    @Test
    void theLedgerHoldsEachMovement() {
        JsonNode made = send("POST", "/accounts", "{'name':'rich','quota':100}").at("/data");
        String account = "/accounts/" + made.at("/id").asText();
        assertThat(made.at("/quota").asLong()).isEqualTo(100);

        Reply more = send("POST", account + "/quota", "{'amount':'50','reason':'order 7'}");
        assertThat(more.status()).isEqualTo(200);
        assertThat(more.at("/data").toString()).isEqualTo("{\"quota\":150}");
        assertThat(send("POST", account + "/quota", "{'amount':-150}")
                        .at("/data/quota")
                        .asLong())
                .isZero();
        assertThat(send("POST", account + "/quota", "{'amount':-1}").status()).isEqualTo(409);
        assertThat(send("POST", account + "/quota", "{'amount':7}")
                        .at("/data/quota")
                        .asLong())
                .isEqualTo(7);

        JsonNode items = send("GET", account + "/ledger", null).at("/data/items");
        assertThat(items.findValuesAsText("amount")).containsExactly("7", "-150", "50", "100");
        assertThat(items.findValuesAsText("balance")).containsExactly("7", "0", "150", "100");
        assertThat(items.findValuesAsText("reason")).containsExactly("grant", "grant", "order 7", "account made");
        assertThat(items.at("/0/at").asText()).matches("[0-9-]+T[0-9:.]+Z");
        assertThat(items.at("/0/task_id").isNull()).isTrue();
        JsonNode second = send(
                        "GET",
                        account + "/ledger?limit=2&before=" + items.at("/0/id").asText(),
                        null)
                .at("/data/items");
        assertThat(second.findValuesAsText("balance")).containsExactly("0", "150");
        assertThat(send("GET", account, null).at("/data/quota").asLong()).isEqualTo(7);
        assertThat(send("GET", "/audit?limit=1", null)
                        .at("/data/items/0/action")
                        .asText())
                .isEqualTo("quota.grant");
    }

    @Test
    void quotaIsForAccountsThatAreThere() {
        assertThat(send("POST", "/accounts/999/quota", "{'amount':1}").status()).isEqualTo(404);
        assertThat(send("GET", "/accounts/999/ledger", null).status()).isEqualTo(404);
        assertThat(send("POST", "/accounts/1/quota", "{}").status()).isEqualTo(400);
        assertThat(send("POST", "/accounts/1/quota", "{'amount':1.5}").status()).isEqualTo(400);
        assertThat(send("GET", "/accounts/1/ledger?limit=x", null).status()).isEqualTo(400);
    }

    @Test
    void aChannelIsMadeChangedAndDeleted() {
        Reply made = send("POST", "/channels", channel("'priority':'-3','price':{'MUSIC':5,'lyrics':'1'}"));
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        String id = made.at("/data/id").asText();
        assertThat(made.at("/data").toString())
                .isEqualTo(
                        "{\"id\":" + id + ",\"name\":\"c\",\"platform\":\"suno\",\"base_url\":\"http://127.0.0.1:9\","
                                + "\"priority\":-3,\"weight\":1,\"price\":{\"lyrics\":1,\"music\":5},\"max_resubmissions\":1,"
                                + "\"timeout_hours\":24,\"enabled\":true}");
        assertThat(send("GET", "/channels/" + id, null).at("/data")).isEqualTo(made.at("/data"));

        Reply changed = send("PATCH", "/channels/" + id, "{'enabled':false,'weight':7,'key':'another-secret'}");
        assertThat(changed.at("/data/enabled").booleanValue()).isFalse();
        assertThat(changed.at("/data/weight").asInt()).isEqualTo(7);
        assertThat(changed.at("/data/priority").asInt()).isEqualTo(-3);
        assertThat(send("GET", "/channels", null).at("/data/items").findValuesAsText("id"))
                .contains(id);

        assertThat(send("DELETE", "/channels/" + id, null).status()).isEqualTo(200);
        assertThat(send("GET", "/channels/" + id, null).status()).isEqualTo(404);
        assertThat(send("DELETE", "/channels/" + id, null).status()).isEqualTo(404);
        assertThat(send("GET", "/channels", null).at("/data/items").findValuesAsText("id"))
                .doesNotContain(id);
        assertThat(send("GET", "/audit?limit=1000", null).body().toString())
                .contains("channel.create", "channel.change", "channel.delete")
                .doesNotContain(KEY, "another-secret");
        assertThat(String.join("\n", centre.output())).doesNotContain(KEY, "another-secret");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'name':''                                | name
            'platform':'nobody'                      | nobody
            'base_url':'ftp://127.0.0.1'             | base_url
            'base_url':'http://10.0.0.1'             | private
            'base_url':'http://169.254.169.254'      | link-local
            'base_url':'http://user@127.0.0.1'       | base_url
            'base_url':'http://127.0.0.1/?q'         | base_url
            'price':5                                | price
            'price':{'music':-1}                     | price.music
            'price':{'dance':1}                      | dance
            'price':{}                               | price
            'weight':-1                              | weight
            'priority':'high'                        | priority
            'max_resubmissions':101                  | max_resubmissions
            'timeout_hours':0                        | timeout_hours
            'enabled':'perhaps'                      | enabled
            """)
    void whatCannotBeIsRefused(String fields, String why) {
        Reply reply = send("POST", "/channels", channel(fields));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.at("/message").asText()).contains(why);
    }

    @Test
    void aPlatformIsDeclared() {
        String declaration = "{'submit':{'path':'/v1/${action}','body':'${body}'},"
                + "'fetch':{'method':'get','path':'/v1/jobs/${id}'},"
                + "'headers':{'X-Api-Key':'${key}'},"
                + "'pointers':{'id':'/id','status':'/state'},'words':{'done':'SUCCESS'},'actions':['upscale']}";
        Reply put = send("PUT", "/platforms/upscaler", declaration);
        assertThat(put.status()).as(put.toString()).isEqualTo(200);
        assertThat(put.at("/data/name").asText()).isEqualTo("upscaler");
        assertThat(put.at("/data/fetch/method").asText()).isEqualTo("GET");
        assertThat(send("GET", "/platforms/upscaler", null).at("/data")).isEqualTo(put.at("/data"));

        Reply channel = send("POST", "/channels", channel("'platform':'upscaler','price':{'upscale':3}"));
        assertThat(channel.status()).as(channel.toString()).isEqualTo(201);
        assertThat(send("DELETE", "/platforms/upscaler", null).status()).isEqualTo(409);
        send("DELETE", "/channels/" + channel.at("/data/id").asText(), null);
        assertThat(send("DELETE", "/platforms/upscaler", null).status()).isEqualTo(200);
        assertThat(send("GET", "/platforms/upscaler", null).status()).isEqualTo(404);
        assertThat(send("PUT", "/platforms/suno", declaration).status()).isEqualTo(400);
        Reply builtIn = send("DELETE", "/platforms/suno", null);
        assertThat(builtIn.status()).isEqualTo(409);
        assertThat(builtIn.at("/message").asText()).contains("built in");
        assertThat(send("PUT", "/platforms/x", "{}").status()).isEqualTo(400);
    }

    private static String channel(String fields) {
        try {
            ObjectNode channel = (ObjectNode) JSON.readTree(quoted("{'name':'c','platform':'suno',"
                    + "'base_url':'http://127.0.0.1:9/','key':'" + KEY + "','price':{'music':5}}"));
            channel.setAll((ObjectNode) JSON.readTree(quoted("{" + fields + "}")));
            return channel.toString();
        } catch (JsonProcessingException e) {
            throw new AssertionError(fields, e);
        }
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }

    private static Reply send(String method, String path, String body) {
        try {
            return centre.admin().send(method, path, body == null ? null : JSON.readTree(quoted(body)));
        } catch (JsonProcessingException e) {
            throw new AssertionError(body, e);
        }
    }
}
