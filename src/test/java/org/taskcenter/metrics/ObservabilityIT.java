package org.taskcenter.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.swagger.v3.parser.OpenAPIV3Parser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.Centre;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.StubTarget;

/** What a started centre shows of itself, and whether dashboard and alerts ask for what it shows. */
class ObservabilityIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String CLIENT = "a-client-with-a-name";
    private static Centre centre;
    private static StubTarget target;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        target = StubTarget.start();
        target.on("/fine", Answer.of(200, "done"));
        centre = Centre.setup().start();
        ManagerClient manager = centre.manager(centre.admin().account(CLIENT, CLIENT));
        manager.add(ManagerClient.task(CLIENT, "1", "GET", target.uri("/fine")));
        manager.awaitEnd(CLIENT, "1", PATIENCE);
        manager.add(ManagerClient.task(CLIENT, "2", "GET", URI.create("http://10.0.0.1/")));
        get("/api/admin/accounts", "Authorization", "Bearer sk-wrong");
    }

    @AfterAll
    static void stop() {
        centre.close();
        target.close();
    }

    private static HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(centre.uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static Page page() throws IOException, InterruptedException {
        HttpResponse<String> response = get("/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
        return Page.of(response.body());
    }

    @Test
    void metricsTellWhatWasDone() throws Exception {
        Page page = page();
        assertThat(page.value("taskcenter_tasks_accepted_total", "kind", "call"))
                .hasValue(1);
        assertThat(page.value("taskcenter_attempts_total", "outcome", "done")).hasValue(1);
        assertThat(page.value("taskcenter_tasks_ended_total", "state", "succeeded"))
                .hasValue(1);
        assertThat(page.value("taskcenter_gate_refusals_total", "reason", "a private address"))
                .hasValue(1);
        assertThat(page.value("taskcenter_token_refusals_total", "reason", "unknown"))
                .hasValue(1);
        assertThat(page.value("taskcenter_token_refusals_total", "reason", "throttled"))
                .hasValue(0);
        assertThat(page.value("taskcenter_check", "check", "database")).hasValue(1);
        assertThat(page.value("taskcenter_http_request_seconds_count", "route", "/manager", "status", "200")
                        .orElse(0))
                .isPositive();
        assertThat(page.value("taskcenter_http_request_seconds_count", "route", "/api/admin/accounts", "status", "201"))
                .hasValue(1);
        await().atMost(PATIENCE)
                .until(() ->
                        page().value("taskcenter_members", "state", "alive").isPresent());
    }

    @Test
    void metricsNameNobody() throws Exception {
        for (int i = 0; i < 20; i++) {
            get("/made-up/" + i, "X-Request-Id", "made.up." + i);
        }
        assertThat(get("/metrics").body()).doesNotContain(CLIENT, "127.0.0.1", "10.0.0.1", "made-up", "made.up", "sk-");
    }

    @Test
    void metricsAreForReadingAlone() throws Exception {
        HttpRequest post = HttpRequest.newBuilder(centre.uri("/metrics"))
                .POST(BodyPublishers.ofString("x"))
                .build();
        assertThat(HTTP.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }

    @Test
    void dashboardAndAlertsAskForWhatThereIs() throws Exception {
        await().atMost(PATIENCE)
                .until(() ->
                        page().value("taskcenter_members", "state", "alive").isPresent());
        Page page = page();
        List<String> queries = new ArrayList<>(dashboard());
        queries.addAll(alerts());
        assertThat(queries).hasSizeGreaterThan(30);
        Set<String> asked = new TreeSet<>();
        for (String query : queries) {
            asked.addAll(check(query, page));
        }
        // What is shown is also looked at.
        assertThat(asked)
                .containsAll(page.names().stream()
                        .filter(name -> name.startsWith("taskcenter_"))
                        .filter(name -> !name.endsWith("_sum") && !name.endsWith("_count") && !name.endsWith("_bucket"))
                        .toList());
    }

    private static List<String> dashboard() throws IOException {
        JsonNode dashboard = new ObjectMapper()
                .readTree(Path.of("deploy/grafana/taskcenter.json").toFile());
        assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
        List<String> queries = new ArrayList<>();
        dashboard
                .get("panels")
                .forEach(panel -> panel.path("targets")
                        .forEach(target -> queries.add(target.get("expr").asText())));
        return queries;
    }

    private static List<String> alerts() throws IOException {
        List<String> queries = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("deploy/prometheus"))) {
            for (Path file : files.toList()) {
                new YAMLMapper()
                        .readTree(file.toFile())
                        .get("groups")
                        .forEach(group -> group.get("rules")
                                .forEach(rule -> queries.add(rule.get("expr").asText())));
            }
        }
        return queries;
    }

    private static final Pattern SELECTOR =
            Pattern.compile("\\b((?:taskcenter|jvm|process)_[a-z0-9_]+)(?:\\{([^}]*)})?");
    private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)\\s*=~?\\s*\"([^\"]*)\"");
    /** What Prometheus adds itself. */
    private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

    /** Returns the names it asks for. */
    private static Set<String> check(String query, Page page) {
        Set<String> names = new TreeSet<>();
        Matcher selector = SELECTOR.matcher(query);
        while (selector.find()) {
            String name = selector.group(1);
            names.add(name);
            assertThat(page.names()).as(query).contains(name);
            Matcher matcher = MATCHER.matcher(selector.group(2) == null ? "" : selector.group(2));
            while (matcher.find()) {
                assertThat(known(name, page)).as(query).contains(matcher.group(1));
            }
            Matcher grouping = GROUPING.matcher(query);
            while (grouping.find()) {
                assertThat(known(name, page))
                        .as(query)
                        .contains(grouping.group(1).split("\\s*,\\s*"));
            }
        }
        return names;
    }

    private static Set<String> known(String name, Page page) {
        Set<String> labels = new TreeSet<>(page.labels(name));
        labels.addAll(OF_PROMETHEUS);
        return labels;
    }

    @Test
    void theDescriptionIsServedInBothFormats() throws Exception {
        HttpResponse<String> yaml = get("/openapi");
        HttpResponse<String> json = get("/openapi", "Accept", "application/json");
        assertThat(json.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        assertThat(new ObjectMapper().readTree(json.body())).isEqualTo(new YAMLMapper().readTree(yaml.body()));
        assertThat(yaml.body()).isEqualTo(Files.readString(Path.of("src/main/resources/META-INF/openapi.yaml")));
        assertThat(new OpenAPIV3Parser().readContents(json.body()).getMessages())
                .isEmpty();
    }

    @Test
    void whatIsDescribedIsThere() throws Exception {
        JsonNode paths = new YAMLMapper().readTree(get("/openapi").body()).get("paths");
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            String address = path.getKey().replaceAll("\\{\\w+}", "999999");
            if (path.getValue().has("get")) {
                int status = get(address, "Authorization", "Bearer " + centre.adminToken(), "New-Api-User", "1")
                        .statusCode();
                List<Integer> right = address.contains("999999") ? List.of(200, 400, 404) : List.of(200);
                assertThat(status).as(address).isIn(right);
            }
        }
    }

    @Test
    void anIdThatIsHarmlessComesBack() throws Exception {
        assertThat(get("/api/admin/accounts", "X-Request-Id", "order-4711_a.b")
                        .headers()
                        .allValues("X-Request-Id"))
                .containsExactly("order-4711_a.b");
        for (String path : List.of("/manager", "/nothing", "/metrics", "/health", "/openapi", "/api/admin/accounts")) {
            assertThat(get(path, "X-Request-Id", "<b>not harmless</b>")
                            .headers()
                            .allValues("X-Request-Id"))
                    .as(path)
                    .singleElement()
                    .asString()
                    .matches("[0-9a-f]{16}");
        }
        assertThat(get("/manager").headers().firstValue("X-Request-Id"))
                .isNotEqualTo(get("/manager").headers().firstValue("X-Request-Id"));
    }
}
