package org.taskcenter.api.manager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskcenter.api.manager.MessagesFixture.parse;
import static org.taskcenter.api.manager.Stage.ACME;
import static org.taskcenter.api.manager.Stage.CENTRE;
import static org.taskcenter.api.manager.Stage.PATIENCE;
import static org.taskcenter.api.manager.Stage.TARGET;
import static org.taskcenter.api.manager.Stage.add;
import static org.taskcenter.api.manager.Stage.id;
import static org.taskcenter.api.manager.Stage.inner;
import static org.taskcenter.api.manager.Stage.requests;
import static org.taskcenter.api.manager.Stage.retry;
import static org.taskcenter.api.manager.Stage.run;
import static org.taskcenter.api.manager.Stage.task;
import static org.taskcenter.api.manager.Stage.unique;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.testing.Answer;
import org.taskcenter.testing.ManagerClient;
import org.taskcenter.testing.Received;

/** The extras of a task: what they may be, and what they are by default, over HTTP against the packaged program. */
class ManagerExtrasIT {
    private static final Duration LONGEST_DELAY = Duration.ofDays(100 * 365);
    private static final Answer NOT_NOW = Answer.of(503, "not now");
    /** With so many draws by chance, that all of them fall into one half is out of the question. */
    private static final int DRAWS = 40;

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            timeout      | 0                                  | timeout
            timeout      | -1                                 | timeout
            timeout      | 0.0004                             | timeout
            timeout      | 86400.001                          | timeout
            timeout      | 'soon'                             | timeout
            timeout      | ''                                 | timeout
            timeout      | true                               | timeout
            timeout      | []                                 | timeout
            retry        | 3                                  | retry
            retry        | 'often'                            | retry
            retry        | {'max_attempts':0}                 | max_attempts
            retry        | {'max_attempts':-1}                | max_attempts
            retry        | {'max_attempts':100001}            | max_attempts
            retry        | {'max_attempts':2.5}               | max_attempts
            retry        | {'max_attempts':'many'}            | max_attempts
            retry        | {'max_attempts':false}             | max_attempts
            retry        | {'max_attempts':99999999999999}    | max_attempts
            retry        | {'min_backoff':-0.001}             | min_backoff
            retry        | {'min_backoff':86401}              | min_backoff
            retry        | {'min_backoff':'x'}                | min_backoff
            retry        | {'max_backoff':-1}                 | max_backoff
            retry        | {'max_backoff':86400.5}            | max_backoff
            retry        | {'max_backoff':{}}                 | max_backoff
            retry        | {'min_backoff':2,'max_backoff':1}  | min_backoff
            retry        | {'deadline':0}                     | deadline
            retry        | {'deadline':-5}                    | deadline
            retry        | {'deadline':31536001}              | deadline
            retry        | {'deadline':'2030-01-01'}          | deadline
            retry        | {'unsafe':1}                       | unsafe
            retry        | {'unsafe':'yes'}                   | unsafe
            at_most_once | 0                                  | at_most_once
            at_most_once | 'once'                             | at_most_once
            at_most_once | {}                                 | at_most_once
            run_at       | 'tomorrow'                         | run_at
            run_at       | '2030-01-31'                       | run_at
            run_at       | '2030-01-31T09:00:00'              | run_at
            run_at       | '2030-02-30T09:00:00Z'             | run_at
            run_at       | 1900000000                         | run_at
            run_at       | true                               | run_at
            priority     | -11                                | priority
            priority     | 11                                 | priority
            priority     | 0.5                                | priority
            priority     | 'high'                             | priority
            priority     | [1]                                | priority
            headers      | 'X-A: b'                           | headers
            headers      | ['X-A','b']                        | headers
            headers      | {'X-A':{}}                         | X-A
            headers      | {'X A':'b'}                        | headers
            headers      | {'X-A':'日本'}                      | X-A
            """)
    void rejectsWhatIsOfTheWrongKindOrOutOfItsRange(String field, String value, String named) {
        assertIsRejected(withExtra(field, value), named);
    }

    private static ObjectNode withExtra(String field, String value) {
        ObjectNode task = task("GET");
        inner(task).set(field, parse(value));
        return task;
    }

    /** That it alone is refused, with a reason that a person understands. */
    private static void assertIsRejected(ObjectNode task, String named) {
        JsonNode answer = ACME.add(task).body();
        JsonNode result = answer.at("/results/0");
        assertThat(result.path("status").textValue()).as(answer.toString()).isEqualTo("reject");
        assertThat(result.path("code").intValue()).isEqualTo(400);
        assertThat(result.path("codd").intValue()).isEqualTo(400);
        assertThat(result.path("message").textValue())
                .contains(named)
                .hasSizeBetween(10, 200)
                .doesNotContain("Exception");
        assertThat(answer.at("/count/total").intValue()).isOne();
        assertThat(ACME.status(ManagerClient.one("acme", id(task)))
                        .at("/count/total")
                        .intValue())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            timeout      | 0.001
            timeout      | 86400
            timeout      | '86400.000'
            retry        | {}
            retry        | {'max_attempts':1}
            retry        | {'max_attempts':100000}
            retry        | {'min_backoff':0,'max_backoff':0}
            retry        | {'min_backoff':86400}
            retry        | {'min_backoff':86400,'max_backoff':86400}
            retry        | {'max_backoff':86400}
            retry        | {'max_backoff':0}
            retry        | {'deadline':0.001}
            retry        | {'deadline':31536000}
            retry        | {'unsafe':'FALSE'}
            at_most_once | false
            at_most_once | 'True'
            priority     | -10
            priority     | 10
            priority     | '-10'
            priority     | 1e1
            headers      | {}
            """)
    void takesTheLimitsThemselves(String field, String value) {
        ObjectNode task = withExtra(field, value);
        inner(task).put("run_at", "2100-01-01T00:00:00Z");

        add(task);

        assertThat(ACME.cancel(ManagerClient.one("acme", id(task)))
                        .at("/results/0/code")
                        .intValue())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'1999-12-31T23:59:59Z'", "'2001-02-03T04:05:06.789+09:00'", "'2001-02-03 04:05:06z'"})
    void callsAtOnceWhatWasDueLongAgo(String runAt) {
        assertThat(run(withExtra("run_at", runAt)).path("status").textValue()).isEqualTo("finish");
    }

    @Test
    void waitsForAHundredYearsAtMost() {
        ObjectNode task =
                withExtra("run_at", "'" + Instant.now().plus(LONGEST_DELAY).minus(Duration.ofHours(1)) + "'");
        add(task);
        assertThat(ACME.cancel(ManagerClient.one("acme", id(task)))
                        .at("/results/0/code")
                        .intValue())
                .isEqualTo(200);
        String later =
                Instant.now().plus(LONGEST_DELAY).plus(Duration.ofHours(1)).toString();
        assertIsRejected(withExtra("run_at", "'" + later + "'"), "run_at");
        assertIsRejected(withExtra("run_at", "'9999-12-31T23:59:59Z'"), "run_at");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "HOST", "content-length", "Transfer-Encoding", "connection", "IDEMPOTENCY-KEY"})
    void refusesHeadersThatAreOurs(String name) {
        ObjectNode task = task("POST");
        inner(task).put("body", "x").putObject("headers").put("X-Other", "a").put(name, "1");

        assertIsRejected(task, name);

        assertThat(requests(task)).isZero();
    }

    @Test
    void sendsItsOwnInTheirPlace() {
        ObjectNode task = task("POST");
        inner(task).put("body", "日本");
        inner(task).putObject("headers").put("X-Other", "a");

        run(task);

        Received request = TARGET.requests("/" + id(task)).get(0);
        assertThat(request.header("Host")).contains("127.0.0.1:" + TARGET.port());
        assertThat(request.header("Content-Length")).contains(String.valueOf("日本".getBytes(UTF_8).length));
        assertThat(request.header("Transfer-Encoding")).isEmpty();
        assertThat(request.header("Idempotency-Key").orElseThrow()).isNotBlank().doesNotContain(",");
        assertThat(request.header("X-Other")).contains("a");
    }

    @Test
    void countsTheDeadlineFromRunAt() {
        ObjectNode task = task("GET", NOT_NOW, Answer.of(200, "ok"));
        inner(task).put("run_at", Instant.now().plusSeconds(2).toString());
        retry(task).put("deadline", 1.9);

        assertThat(run(task).path("status").textValue())
                .as("it was tried again, later after its acceptance than the deadline")
                .isEqualTo("finish");

        assertThat(requests(task)).isEqualTo(2);
    }

    @Test
    void triesForADayByDefault() {
        ObjectNode within = plain(unique("day"), NOT_NOW.header("Retry-After", "86000"));
        ObjectNode beyond = plain(unique("day"), NOT_NOW.header("Retry-After", "86500"));

        JsonNode line = run(beyond);

        assertThat(line.path("status").textValue()).isEqualTo("error");
        assertThat(line.at("/result/code").intValue()).isEqualTo(503);
        assertThat(requests(beyond)).isOne();
        add(within);
        assertThat(pauses(within, 1).get(0)).isEqualTo(Duration.ofSeconds(86_000));
        ACME.cancel(ManagerClient.one("acme", id(within)));
    }

    /** A task without extras. */
    private static ObjectNode plain(String id, Answer answer) {
        TARGET.on("/" + id, answer);
        return ManagerClient.task("acme", id, "GET", TARGET.uri("/" + id));
    }

    @Test
    void pausesForUpToASecondAtFirstByDefault() {
        String group = unique("pausing");
        List<ObjectNode> tasks = IntStream.range(0, DRAWS)
                .mapToObj(i -> plain(unique("first-pause"), NOT_NOW).put("group", group))
                .toList();
        ACME.add(tasks);

        List<Duration> first =
                tasks.stream().map(task -> pauses(task, 1).get(0)).toList();

        assertAreDrawnUpTo(Duration.ofSeconds(1), first);
        ACME.cancel(ManagerClient.group("acme", group).put("force", true));
    }

    @Test
    void pausesUpToTwiceAsLongEachTimeUntilTheLongest() {
        List<ObjectNode> tasks = IntStream.range(0, DRAWS)
                .mapToObj(i -> task("GET", NOT_NOW))
                .peek(task -> retry(task).put("min_backoff", 0.05).put("max_backoff", 0.2))
                .toList();
        ACME.add(tasks);

        List<List<Duration>> all = tasks.stream().map(task -> pauses(task, 4)).toList();

        int[] longest = {50, 100, 200, 200};
        for (int i = 0; i < longest.length; i++) {
            int number = i;
            assertAreDrawnUpTo(
                    Duration.ofMillis(longest[i]),
                    all.stream().map(pauses -> pauses.get(number)).toList());
        }
    }

    /** By chance, from nothing up to this: none is longer, and either half has some. */
    private static void assertAreDrawnUpTo(Duration longest, List<Duration> pauses) {
        assertThat(pauses)
                .hasSize(DRAWS)
                .allSatisfy(pause -> assertThat(pause).isBetween(Duration.ZERO, longest))
                .anyMatch(pause -> pause.compareTo(longest.dividedBy(2)) > 0)
                .anyMatch(pause -> pause.compareTo(longest.dividedBy(2)) < 0);
    }

    /** How long was to be waited after each attempt, as administrators see them; at least so many. */
    private static List<Duration> pauses(ObjectNode task, int count) {
        String id = number(task);
        List<Duration> pauses = new ArrayList<>();
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).until(() -> {
            pauses.clear();
            for (JsonNode attempt :
                    CENTRE.admin().send("GET", "/tasks/" + id, null).at("/data/attempts")) {
                if (!attempt.path("next_at").isNull()) {
                    pauses.add(Duration.between(
                            Instant.parse(attempt.path("ended_at").asText()),
                            Instant.parse(attempt.path("next_at").asText())));
                }
            }
            return pauses.size() >= count;
        });
        return pauses;
    }

    /** What the centre itself calls it. */
    private static String number(ObjectNode task) {
        JsonNode beginningSo = CENTRE.admin()
                .send("GET", "/tasks?client=acme&limit=1000&q=" + id(task), null)
                .at("/data/items");
        for (JsonNode found : beginningSo) {
            if (found.path("client_id").asText().equals(id(task))) {
                return found.path("id").asText();
            }
        }
        throw new AssertionError("not found: " + id(task));
    }
}
