package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;

/** A centre in which as many tasks wait as may. */
class FullIT {
    private static final URI TARGET = URI.create("http://127.0.0.1:1/");

    @Test
    void refusesMoreUntilThereIsRoom() throws Exception {
        try (Centre centre = Centre.setup().with("TASKCENTER_MAX_WAITING", "2").start()) {
            centre.admin().pause("call");
            ManagerClient client = centre.manager(centre.admin().account("acme", "acme"));
            for (String id : new String[] {"1", "2"}) {
                assertThat(add(client, id).path("status").textValue()).isEqualTo("ack");
            }

            JsonNode refused = add(client, "3");
            assertThat(refused.path("status").textValue()).isEqualTo("reject");
            assertThat(refused.path("code").intValue()).isEqualTo(429);
            assertThat(refused.path("message").textValue()).isNotBlank();

            client.cancel(ManagerClient.one("acme", "1"));
            await().until(() -> add(client, "3").path("status").textValue().equals("ack"));
        }
    }

    private static JsonNode add(ManagerClient client, String id) {
        return client.add(ManagerClient.task("acme", id, "GET", TARGET)).at("/results/0");
    }
}
