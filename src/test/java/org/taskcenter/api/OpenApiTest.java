package org.taskcenter.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import jakarta.servlet.annotation.WebServlet;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** META-INF/openapi.yaml describes each route that there is, and none that there is not. */
class OpenApiTest {
    private static final Set<String> VERBS =
            Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
    /** Of the server (MicroProfile Health). */
    private static final Set<String> OF_THE_SERVER =
            Set.of("GET /health", "GET /health/live", "GET /health/ready", "GET /health/started");
    /** Not for anybody to ask for: where the server sends what it cannot answer. */
    private static final Set<String> INNER = Set.of("/error");

    private static String text;
    private static JsonNode description;

    @BeforeAll
    static void read() throws IOException {
        try (InputStream in = OpenApiTest.class.getResourceAsStream("/META-INF/openapi.yaml")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        description = new YAMLMapper().readTree(text);
    }

    @Test
    void anotherReaderUnderstandsIt() {
        SwaggerParseResult result = new OpenAPIV3Parser().readContents(text);
        assertThat(result.getMessages()).isEmpty();
        assertThat(result.getOpenAPI().getPaths()).isNotEmpty();
    }

    @Test
    void describesExactlyWhatThereIs() {
        Set<String> there = new TreeSet<>(OF_THE_SERVER);
        for (JavaClass each : new ClassFileImporter()
                .withImportOption(new DoNotIncludeTests())
                .importPackages("org.taskcenter")) {
            if (each.isAnnotatedWith(Path.class)) {
                there.addAll(routesOfResource(each.reflect()));
            }
            if (each.isAnnotatedWith(WebServlet.class)) {
                there.addAll(routesOfServlet(each.reflect()));
            }
        }
        assertThat(described()).isEqualTo(there);
    }

    private static Set<String> described() {
        Set<String> described = new TreeSet<>();
        described.addAll(operations().keySet());
        return described;
    }

    private static Map<String, JsonNode> operations() {
        Map<String, JsonNode> operations = new TreeMap<>();
        for (Map.Entry<String, JsonNode> path : description.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> verb : path.getValue().properties()) {
                if (VERBS.contains(verb.getKey())) {
                    operations.put(verb.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), verb.getValue());
                }
            }
        }
        return operations;
    }

    private static List<String> routesOfResource(Class<?> resource) {
        List<String> routes = new ArrayList<>();
        String root = slashed(resource.getAnnotation(Path.class).value());
        for (Method method : resource.getMethods()) {
            Path path = method.getAnnotation(Path.class);
            String below = path == null ? "" : slashed(path.value());
            for (Annotation annotation : method.getAnnotations()) {
                HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
                if (verb != null) {
                    // A pattern after the name of a parameter is no part of the description's address.
                    routes.add(verb.value() + " " + (root + below).replaceAll("\\{(\\w+)\\s*:[^/]*}", "{$1}"));
                }
            }
        }
        return routes;
    }

    private static List<String> routesOfServlet(Class<?> servlet) {
        WebServlet mapping = servlet.getAnnotation(WebServlet.class);
        Map<String, String> verbs = Map.of("doGet", "GET", "doPost", "POST", "doPut", "PUT", "doDelete", "DELETE");
        return Stream.concat(Arrays.stream(mapping.value()), Arrays.stream(mapping.urlPatterns()))
                .filter(pattern -> !INNER.contains(pattern) && !pattern.endsWith("/"))
                .flatMap(pattern -> Arrays.stream(servlet.getDeclaredMethods())
                        .map(Method::getName)
                        .filter(verbs::containsKey)
                        .map(name -> verbs.get(name) + " " + pattern))
                .toList();
    }

    private static String slashed(String path) {
        return path.isEmpty() || path.startsWith("/") ? path : "/" + path;
    }

    @TestFactory
    Stream<DynamicTest> eachOperationIsExplained() {
        return operations().entrySet().stream()
                .map(operation -> DynamicTest.dynamicTest(operation.getKey(), () -> explained(operation.getValue())));
    }

    private static void explained(JsonNode operation) {
        assertThat(operation.path("summary").asText()).isNotBlank();
        assertThat(operation.path("description").asText()).isNotBlank();
        assertThat(operation.has("security"))
                .as("security, [] where none is needed")
                .isTrue();
        assertThat(operation.path("responses").size()).isPositive();
        for (Map.Entry<String, JsonNode> response : operation.get("responses").properties()) {
            exemplified(response.getKey(), response.getValue());
        }
        if (operation.has("requestBody")) {
            exemplified("body", operation.get("requestBody"));
        }
    }

    private static void exemplified(String name, JsonNode written) {
        JsonNode part = written.has("$ref")
                ? description.at(written.get("$ref").asText().substring(1))
                : written;
        assertThat(part.path("content").size()).as(name + " has a content").isPositive();
        part.get("content")
                .forEach(content -> assertThat(content.has("example") || content.has("examples"))
                        .as(name + " has an example")
                        .isTrue());
    }
}
