package org.taskcenter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.testing.ManagerClient.one;
import static org.taskcenter.testing.ManagerClient.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagerClientTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StubTarget centre = StubTarget.start();
    private final ManagerClient client = new ManagerClient(centre.uri(""), "sk-1");

    @AfterEach
    void close() {
        centre.close();
    }

    @Test
    void sendsTheMessagesOfTheDocument() throws Exception {
        centre.on("/manager", Answer.of(400, "{\"results\":[{\"code\":409}]}"));

        Reply reply = client.add(List.of(task("a", "1", "PUT", URI.create("http://x/"))));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.at("/results/0/code").asInt()).isEqualTo(409);
        Received request = centre.requests().get(0);
        assertThat(request.header("Authorization")).contains("Bearer sk-1");
        JsonNode expected = JSON.readTree("""
                {"message_type":"add_task","parameters":[
                  {"from":"a","id":"1","type":"MP-API","task":{"method":"PUT","url":"http://x/"}}]}""");
        assertThat(JSON.readTree(request.body())).isEqualTo(expected);
    }

    @Test
    void waitsForTheEnd() {
        centre.on("/manager", line("wait"), line("running"), line("error"));

        JsonNode end = client.awaitEnd("a", "1", Duration.ofSeconds(30));

        assertThat(end.path("status").asText()).isEqualTo("error");
        assertThat(centre.count()).isEqualTo(3);
        assertThat(client.status(one("a", "1")).status()).isEqualTo(200);
    }

    private static Answer line(String status) {
        return Answer.of(200, "{\"results\":[{\"status\":\"" + status + "\"}]}");
    }
}
