package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.manager.MessagesFixture.add;
import static org.taskcenter.api.manager.MessagesFixture.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.taskcenter.call.NewCall;
import org.taskcenter.call.Retry;

/** The fields of a task in add_task: what each may be, what is made of it, and which code a wrong one is rejected with. */
class AddTaskFieldsTest {
    private static final String X255 = "x".repeat(255);

    private final MessagesFixture fixture = new MessagesFixture();

    private NewCall accept(String... fields) {
        JsonNode answer = fixture.send(200, add(task(fields)));
        assertThat(answer.at("/results/0/status").textValue())
                .as(answer.toString())
                .isEqualTo("ack");
        return fixture.desk.submitted.get(0);
    }

    private JsonNode reject(int code, String... fields) {
        JsonNode answer = fixture.send(200, add(task(fields)));
        JsonNode result = answer.at("/results/0");
        assertThat(result.path("status").textValue()).as(answer.toString()).isEqualTo("reject");
        assertThat(result.path("code").intValue()).as(answer.toString()).isEqualTo(code);
        assertThat(result.path("codd").intValue()).isEqualTo(code);
        assertThat(result.path("message").textValue()).isNotBlank();
        assertThat(fixture.desk.submitted).isEmpty();
        return result;
    }

    static Stream<Object[]> accepted() {
        return Stream.of(
                good("id as a number", NewCall::id, "12", "id", "12"),
                good("id as a number is its text", NewCall::id, "1.50", "id", "1.50"),
                good("from as a number", NewCall::client, "7", "from", "7"),
                good("longest id", NewCall::id, X255, "id", "'" + X255 + "'"),
                good(
                        "255 characters outside the BMP",
                        NewCall::id,
                        "😀".repeat(255),
                        "id",
                        "'" + "😀".repeat(255) + "'"),
                good("group", NewCall::group, "g 1/ü", "group", "'g 1/ü'"),
                good("empty group", NewCall::group, null, "group", "''"),
                good("null group", NewCall::group, null, "group", "null"),
                good("number as group", NewCall::group, "5", "group", "5"),
                good("method in lower case", NewCall::method, "PATCH", "task.method", "'patch'"),
                good("HEAD", NewCall::method, "HEAD", "task.method", "'Head'"),
                good("no body", NewCall::body, null, "task.body", "null"),
                good(
                        "upper-case scheme",
                        NewCall::url,
                        URI.create("HTTPS://a.example"),
                        "task.url",
                        "'HTTPS://a.example'"),
                good(
                        "IPv6",
                        NewCall::url,
                        URI.create("http://[2001:db8::1]:80/"),
                        "task.url",
                        "'http://[2001:db8::1]:80/'"),
                good(
                        "another script",
                        NewCall::url,
                        URI.create("http://a.example/%E6%97%A5?q=%C3%A9%20b"),
                        "task.url",
                        "'http://a.example/日?q=é%20b'"),
                good(
                        "host in another script",
                        NewCall::url,
                        URI.create("http://日本.example:81//x/%E6%97%A5?q=%C3%A9#%C3%A9"),
                        "task.url",
                        "'http://日本.example:81//x/日?q=é#é'"),
                good(
                        "underscore",
                        NewCall::url,
                        URI.create("http://my_service:8080/"),
                        "task.url",
                        "'http://my_service:8080/'"),
                good("no return path", NewCall::returnPath, null, "return_path", "''"),
                good("null return path", NewCall::returnPath, null, "return_path", "null"),
                good("timeout", NewCall::timeout, Duration.ofMillis(2500), "task.timeout", "2.5"),
                good("timeout as text", NewCall::timeout, Duration.ofSeconds(5), "task.timeout", "'5'"),
                good("at most once", NewCall::atMostOnce, true, "task.at_most_once", "true"),
                good("at most once as text", NewCall::atMostOnce, true, "task.at_most_once", "'true'"),
                good("not at most once", NewCall::atMostOnce, false, "task.at_most_once", "'False'"),
                good("due later", NewCall::delay, Duration.ofHours(1), "task.run_at", "'2030-01-31T10:00:00Z'"),
                good(
                        "in another zone",
                        NewCall::delay,
                        Duration.ofMillis(500),
                        "task.run_at",
                        "'2030-01-31T18:00:00.5+09:00'"),
                good("with a blank", NewCall::delay, Duration.ofSeconds(1), "task.run_at", "'2030-01-31 09:00:01z'"),
                good(
                        "far from Greenwich",
                        NewCall::delay,
                        Duration.ofHours(1),
                        "task.run_at",
                        "'2030-02-01T09:59:00+23:59'"),
                good(
                        "more digits than are kept",
                        NewCall::delay,
                        Duration.ofMillis(1125),
                        "task.run_at",
                        "'2030-01-31T09:00:01.12500000000001Z'"),
                good(
                        "a leap second",
                        NewCall::delay,
                        Duration.ofSeconds(53_999),
                        "task.run_at",
                        "'2030-01-31T23:59:60Z'"),
                good("due already", NewCall::delay, Duration.ZERO, "task.run_at", "'1999-01-31T10:00:00Z'"),
                good("lowest priority", NewCall::priority, -10, "task.priority", "-10"),
                good("highest priority as text", NewCall::priority, 10, "task.priority", "'10'"),
                good(
                        "headers",
                        NewCall::headers,
                        Map.of("X-A", "b c", "X-N", "1"),
                        "task.headers",
                        "{'X-A':' b c ','X-N':1}"),
                good("null header", NewCall::headers, Map.of(), "task.headers", "{'X-A':null}"),
                good(
                        "headers that differ in case",
                        h -> List.copyOf(h.headers().values()),
                        List.of("2"),
                        "task.headers",
                        "{'X-A':'1','x-a':'2'}"),
                good(
                        "null extras",
                        NewCall::retry,
                        Retry.DEFAULT,
                        "task.retry",
                        "null",
                        "task.headers",
                        "null",
                        "task.timeout",
                        "null",
                        "task.priority",
                        "null"),
                good("empty retry", NewCall::retry, Retry.DEFAULT, "task.retry", "{'unknown':[1]}"),
                good(
                        "retry",
                        NewCall::retry,
                        retry(2, 3000, 4000, 5500, true),
                        "task.retry",
                        "{'max_attempts':2,'min_backoff':'3','max_backoff':4,'deadline':5.5,'unsafe':true}"),
                good(
                        "least backoff alone",
                        NewCall::retry,
                        retry(5, 600_000, 600_000, 86_400_000, false),
                        "task.retry",
                        "{'min_backoff':600}"),
                good(
                        "most backoff alone",
                        NewCall::retry,
                        retry(5, 500, 500, 86_400_000, false),
                        "task.retry",
                        "{'max_backoff':0.5}"),
                good("fields nobody knows", NewCall::id, "1", "x", "{'y':[{}]}", "task.x", "[1,'a']"));
    }

    private static Object[] good(String what, Function<NewCall, Object> part, Object expected, String... fields) {
        return new Object[] {what, fields, part, expected};
    }

    private static Retry retry(int attempts, long least, long most, long deadline, boolean unsafe) {
        return new Retry(
                attempts, Duration.ofMillis(least), Duration.ofMillis(most), Duration.ofMillis(deadline), unsafe);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void accepted(String what, String[] fields, Function<NewCall, Object> part, Object expected) {
        assertThat(part.apply(accept(fields))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}: {1} is rejected with {2}")
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            from             | null                       | 400
            from             | ''                       | 400
            from             | true                       | 400
            from             | {}                         | 400
            from             | 'other'                  | 403
            id               | null                       | 400
            id               | ''                       | 400
            id               | 'a\\nb'                  | 400
            id               | 'a\\u0000'               | 400
            id               | 'a\\u0085b'              | 400
            id               | 'a\\ud800b'              | 400
            id               | []                         | 400
            id               | false                      | 400
            group            | 'a\\tb'                  | 400
            group            | ['g']                    | 400
            type             | null                       | 400
            type             | {}                         | 400
            type             | 'mp-api'                 | 422
            type             | ''                       | 422
            type             | 5                          | 422
            task             | null                       | 400
            task             | []                         | 400
            task             | '{}'                     | 400
            task.url         | null                       | 400
            task.url         | ''                       | 400
            task.url         | 'ftp://a.example/'       | 400
            task.url         | 'file:///etc/passwd'     | 400
            task.url         | '/relative'              | 400
            task.url         | '//a.example/'           | 400
            task.url         | 'http:///path'           | 400
            task.url         | 'http:a.example'         | 400
            task.url         | 'http://a b/'            | 400
            task.url         | 'http://a.example/a b'   | 400
            task.url         | 'http://a.example:0/'    | 400
            task.url         | 'http://a.example:70000' | 400
            task.url         | 'http://u:p@a.example/'  | 400
            task.url         | 'http://a.example/\\r\\nX: y' | 400
            task.url         | 'http://a.example/\\ud800' | 400
            task.url         | 'http://a..b/'           | 400
            task.url         | 'http://h:99999999999/'  | 400
            task.url         | 'http://h:http/'         | 400
            task.url         | 'http://a%6d.example/'   | 400
            task.url         | {}                         | 400
            task.url         | 'http://forbidden.example/' | 403
            task.method      | null                       | 400
            task.method      | 'TRACE'                  | 400
            task.method      | 'GET '                   | 400
            task.method      | {}                         | 400
            task.body        | {}                         | 400
            task.body        | [1]                        | 400
            task.body        | '\\udc00'                | 400
            task.timeout     | 0                          | 400
            task.timeout     | -1                         | 400
            task.timeout     | 86401                      | 400
            task.timeout     | 'soon'                   | 400
            task.timeout     | true                       | 400
            task.timeout     | 1e999999999                | 400
            task.timeout     | 1e-999999999               | 400
            task.timeout     | '1e9999999999999'        | 400
            task.at_most_once| 'maybe'                  | 400
            task.at_most_once| 1                          | 400
            task.run_at      | 'tomorrow'               | 400
            task.run_at      | '2030-01-31T24:00:00Z'   | 400
            task.run_at      | '2030-01-31T12:00:60Z'   | 400
            task.run_at      | '2030-01-31T10:00:00+24:00' | 400
            task.run_at      | '2030-01-31T10:00:00.Z'  | 400
            task.run_at      | '2030-02-29T10:00:00Z'   | 400
            task.run_at      | '2999-01-31T09:00:00Z'   | 400
            task.run_at      | '6030-01-31T09:00:00Z'   | 400
            task.run_at      | '2030-01-31'             | 400
            task.run_at      | '2030-01-31T10:00:00'    | 400
            task.run_at      | '+99999-01-31T10:00:00Z' | 400
            task.run_at      | 1900000000                 | 400
            task.run_at      | {}                         | 400
            task.priority    | 11                         | 400
            task.priority    | -11                        | 400
            task.priority    | 0.5                        | 400
            task.priority    | 'high'                   | 400
            task.retry       | []                         | 400
            task.retry       | true                       | 400
            task.retry       | {'max_attempts':0}       | 400
            task.retry       | {'max_attempts':1.5}     | 400
            task.retry       | {'min_backoff':-1}       | 400
            task.retry       | {'min_backoff':0e-999999999} | 400
            task.retry       | {'min_backoff':9,'max_backoff':8} | 400
            task.retry       | {'deadline':0}           | 400
            task.retry       | {'unsafe':'x'}         | 400
            task.headers     | []                         | 400
            task.headers     | 'X-A: b'                 | 400
            task.headers     | {'X-A':{}}               | 400
            task.headers     | {'X A':'b'}            | 400
            task.headers     | {'':'b'}               | 400
            task.headers     | {'X-Ä':'b'}            | 400
            task.headers     | {'X-A':'b\\r\\nY: c'}  | 400
            task.headers     | {'X-A':'b\\u0000'}     | 400
            task.headers     | {'X-A':'日本'}          | 400
            task.headers     | {'Host':'b'}           | 400
            task.headers     | {'content-length':'1'} | 400
            task.headers     | {'TRANSFER-ENCODING':'chunked'} | 400
            task.headers     | {'Connection':'close'} | 400
            task.headers     | {'Idempotency-Key':'k'}| 400
            return_path      | 'ftp://a.example'        | 400
            return_path      | 'nowhere'                | 400
            return_path      | 5                          | 400
            return_path      | 'http://a..b/'           | 400
            return_path      | 'http://h:99999999999/'  | 400
            return_path      | 'http://forbidden.example/' | 403
            """)
    void rejected(String field, String value, int code) {
        reject(code, field, value);
    }

    @Test
    void rejectsNamesThatAreTooLong() {
        assertThat(reject(400, "id", "'x" + X255 + "'").path("id").textValue()).hasSize(256);
        reject(400, "group", "'x" + X255 + "'");
        reject(400, "from", "'x" + X255 + "'");
    }

    @Test
    void rejectsABodyOverOneMebibyteInUtf8() {
        String mebibyte = "é".repeat(512 * 1024);

        reject(413, "task.body", "'x" + mebibyte + "'");

        assertThat(accept("task.body", "'" + mebibyte + "'").body()).hasSize(1024 * 1024);
    }

    @Test
    void limitsHeaders() {
        String hundred = headers(100, "v");
        reject(400, "task.headers", headers(101, "v"));
        reject(400, "task.headers", headers(2, "v".repeat(33_000)));
        assertThat(accept("task.headers", hundred).headers()).hasSize(100);
    }

    private static String headers(int n, String value) {
        return Stream.iterate(1, i -> i + 1)
                .limit(n)
                .map(i -> "'X-" + i + "':'" + value + "'")
                .collect(Collectors.joining(",", "{", "}"));
    }

    @Test
    void acceptsTaskTypeAsAnotherSpelling() {
        String task = task("type", "null", "task_type", "'MP-API'");

        assertThat(fixture.send(200, add(task)).at("/results/0/status").textValue())
                .isEqualTo("ack");
    }

    @Test
    void echoesInARejectWhatIsText() {
        assertThat(reject(400, "id", "true").path("id").isNull()).isTrue();
        assertThat(reject(403, "from", "123").path("from").textValue()).isEqualTo("123");
        assertThat(reject(400, "id", "'a\\nb\\ud800'").path("id").textValue()).isEqualTo("a\nb\uFFFD");
    }
}
