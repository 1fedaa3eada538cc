package org.taskcenter.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.taskcenter.testing.Centre;

/**
 * The one centre that the tests of the administration API share: the packaged program on the embedded database. It ends with this
 * JVM.
 */
final class Stage {
    static final ObjectMapper JSON = new ObjectMapper();
    static final Centre CENTRE = Centre.setup().start();
    /** The administrator's token. */
    static final String ROOT = CENTRE.adminToken();

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final AtomicInteger LAST = new AtomicInteger();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(CENTRE::close, "admin-stage-at-exit"));
    }

    private Stage() {}

    /** An account, made with what it is asked to be and a name of its own in the place of %s. */
    static JsonNode make(String body) {
        Got got = send(ROOT, "POST /accounts", body.formatted(unique()));
        assertThat(got.status()).as(got.text()).isEqualTo(201);
        return got.at("/data");
    }

    static String unique() {
        return "account-" + LAST.incrementAndGet();
    }

    static String id(JsonNode account) {
        return account.get("id").asText();
    }

    static String token(JsonNode account) {
        return account.get("token").asText();
    }

    static List<String> texts(JsonNode array) {
        return JSON.convertValue(array, JSON.getTypeFactory().constructCollectionType(List.class, String.class));
    }

    static Got send(String token, String route, String body) {
        String[] words = route.split(" ");
        return exchange(words[0], "/api/admin" + words[1], token, body == null ? null : body.replace('\'', '"'));
    }

    static Got exchange(String method, String path, String token, String body) {
        return exchange(method, path, token, body, "application/json");
    }

    static Got exchange(String method, String path, String token, String body, String type) {
        HttpRequest.Builder request = HttpRequest.newBuilder(CENTRE.uri(path))
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
}
