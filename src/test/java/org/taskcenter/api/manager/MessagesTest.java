package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.manager.MessagesFixture.add;
import static org.taskcenter.api.manager.MessagesFixture.parse;
import static org.taskcenter.api.manager.MessagesFixture.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.call.Unavailable;

class MessagesTest {
    private final MessagesFixture fixture = new MessagesFixture();

    private static void assertIsError(JsonNode answer, String type, int code) {
        assertThat(answer.path("message_type").textValue()).isEqualTo(type);
        assertThat(answer.path("count")).isEqualTo(parse("{'from':0,'to':0,'total':0}"));
        assertThat(answer.path("results").isArray()).isTrue();
        assertThat(answer.path("results")).isEmpty();
        assertThat(answer.path("code").intValue()).isEqualTo(code);
        assertThat(answer.path("message").textValue()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "hello",
                "5",
                "null",
                "'add_task'",
                "[]",
                "[{'message_type':'add_task'}]",
                "{",
                "{}",
                "{'message_type':'add_task'",
                "{'message_type':'add_task','parameters':[{'from':'acme'",
                "{'message_type':'add_task','parameters':[]} {}",
                "{'message_type':'add_task','parameters':[]}}",
                "{'message_type':'add_task','parameters':[,]}",
                "{'message_type':'add_task' 'parameters':[]}",
                "{'message_type':'add_task','parameters':[{'id':01}]}",
                "{'message_type':'add_task','parameters':[{'id':NaN}]}",
                "{'message_type':'add_task','parameters':[{'id':'\\x'}]}",
                "{'message_type':null,'parameters':[]}",
                "{'message_type':{},'parameters':[]}",
                "{'message_type':true,'parameters':[]}",
                "{'message_type':1,'parameters':[]}",
                "{'message_type':'','parameters':[]}",
                "{'message_type':'ADD_TASK','parameters':[]}",
                "{'message_type':'add_task ','parameters':[]}",
                "{'message_type':'drop_task','parameters':[]}"
            })
    void refusesWhatIsNoMessage(String message) {
        assertIsError(fixture.send(400, message), "error_response", 400);
    }

    @Test
    void refusesDeepNesting() {
        String deep = "{'message_type':'add_task','x':" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        assertIsError(fixture.send(400, deep), "error_response", 400);
    }

    @Test
    void refusesHugeNumbers() {
        String huge = "{'message_type':'get_status','parameters':{'from':'acme','id':'1','limit':" + "9".repeat(100_000)
                + "}}";

        assertIsError(fixture.send(400, huge), "error_response", 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FF", "80", "E9", "C0 80", "C1 81", "ED A0 80", "F4 90 80 80", "E3 81"})
    void refusesBytesThatAreNotUtf8(String bad) {
        byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(bad);
        String message = add(task("task.body", "'" + new String(bytes, StandardCharsets.ISO_8859_1) + "'"));

        JsonNode answer = fixture.sendBytes(400, message.replace('\'', '"').getBytes(StandardCharsets.ISO_8859_1));

        assertIsError(answer, "error_response", 400);
        assertThat(fixture.desk.submitted).isEmpty();
    }

    @Test
    void refusesOtherEncodings() {
        byte[] message = "{\"message_type\":\"add_task\",\"parameters\":[]}".getBytes(StandardCharsets.UTF_16LE);

        assertIsError(fixture.sendBytes(400, message), "error_response", 400);
    }

    @Test
    void takesAByteOrderMark() {
        fixture.send(200, "\uFEFF" + add());
    }

    @Test
    void takesCommentsRawControlsAndTrailingCommas() {
        fixture.send(
                200,
                "/* a */ {'message_type':'add_task', // b\n'parameters':[" + task("task.body", "'a\tb\nc'")
                        + ",],}\n//c");

        assertThat(fixture.desk.submitted.get(0).body()).asString().isEqualTo("a\tb\nc");
    }

    @Test
    void takesParametersBeforeTheType() {
        fixture.send(200, "{'parameters':" + task() + ",'message_type':'add_task'}");

        assertThat(fixture.desk.submitted).hasSize(1);
    }

    @Test
    void refusesWhoIsNotKnown() {
        Reply reply = fixture.messages.handle(null, add().getBytes(StandardCharsets.UTF_8));

        assertThat(reply.status()).isEqualTo(401);
        assertIsError(MessagesFixture.parse(reply.body()), "error_response", 401);
    }

    @Test
    void refusesALongMessage() {
        byte[] message = new byte[Messages.LONGEST + 1];
        Arrays.fill(message, (byte) ' ');

        assertIsError(fixture.sendBytes(413, message), "error_response", 413);
    }

    @Test
    void refusesMoreTasksThanThereIsMemoryFor() {
        String message =
                "{'message_type':'add_task','parameters':[" + "0,".repeat(MessageReader.MOST_PARAMETERS) + "0]}";

        assertIsError(fixture.send(413, message), "error_response", 413);
    }

    @Test
    void takesALongTextOfOneTask() {
        String message = add(task("id", "'" + "x".repeat(15_000_000) + "'"));

        assertThat(fixture.send(200, message).at("/results/0/code").intValue()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            add_task    | {'from':'acme','id':'1','type':'MP-API','task':{'url':'http://a.example','method':'GET'}}
            get_status  | {'from':'acme','id':'1'}
            cancel_task | {'from':'acme','id':'1'}
            """)
    void tellsWhenItIsOutOfOrder(String type, String parameters) {
        String message = "{'message_type':'" + type + "','parameters':" + parameters + "}";
        fixture.desk.failure = new Unavailable("the database is away", null);
        assertIsError(fixture.send(503, message), type + "_response", 503);

        fixture.desk.failure = new IllegalStateException("a secret");
        JsonNode failed = fixture.send(500, message);
        assertIsError(failed, type + "_response", 500);
        assertThat(failed.toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            null                                          | 400
            []                                            | 400
            [{'from':'acme','id':'1'}]                    | 400
            'x'                                           | 400
            {}                                            | 400
            {'id':'1'}                                    | 400
            {'from':null,'id':'1'}                        | 400
            {'from':'','id':'1'}                          | 400
            {'from':{},'id':'1'}                          | 400
            {'from':'other','id':'1'}                     | 403
            {'from':'acme'}                               | 400
            {'from':'acme','id':null,'group':null}        | 400
            {'from':'acme','id':null,'group':''}          | 400
            {'from':'acme','id':''}                       | 400
            {'from':'acme','id':[1]}                      | 400
            {'from':'acme','group':{}}                    | 400
            {'from':'acme','id':'1','offset':-1}          | 400
            {'from':'acme','id':'1','offset':'-1'}        | 400
            {'from':'acme','id':'1','offset':'x'}         | 400
            {'from':'acme','id':'1','offset':''}          | 400
            {'from':'acme','id':'1','offset':true}        | 400
            {'from':'acme','id':'1','offset':1.5}         | 400
            {'from':'acme','id':'1','limit':-1}           | 400
            {'from':'acme','id':'1','limit':'many'}       | 400
            {'from':'acme','id':'1','limit':{}}           | 400
            {'from':'acme','id':'1','limit':1e999999999}  | 400
            """)
    void refusesWrongParametersOfLookUps(String parameters, int code) {
        for (String type : new String[] {"get_status", "cancel_task"}) {
            JsonNode answer = fixture.send(code, "{'message_type':'" + type + "','parameters':" + parameters + "}");
            assertIsError(answer, type + "_response", code);
        }
        assertThat(fixture.desk.questions).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            get_status  | 'only_count':'maybe'
            get_status  | 'only_count':[]
            cancel_task | 'force':'maybe'
            cancel_task | 'force':1
            """)
    void refusesWrongFlagsOfLookUps(String type, String flag) {
        JsonNode answer =
                fixture.send(400, "{'message_type':'" + type + "','parameters':{'from':'acme','id':'1'," + flag + "}}");

        assertIsError(answer, type + "_response", 400);
    }

    @ParameterizedTest(name = "{1} of {0} is offset {2}, limit {3}")
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            get_status  | 'x':0                     | 0  | 100
            get_status  | 'offset':null,'limit':null | 0 | 100
            get_status  | 'offset':7,'limit':8      | 7  | 8
            get_status  | 'offset':'7','limit':'8'  | 7  | 8
            get_status  | 'offset':7.0,'limit':8e0  | 7  | 8
            get_status  | 'limit':0                 | 0  | 0
            get_status  | 'limit':1000              | 0  | 1000
            get_status  | 'limit':1001              | 0  | 1000
            get_status  | 'limit':99999999999999999999 | 0 | 1000
            get_status  | 'offset':99999999999999999999 | 9007199254740992 | 100
            get_status  | 'only_count':true         | 0  | 0
            get_status  | 'only_count':'true','offset':9,'limit':9 | 0 | 0
            get_status  | 'only_count':false        | 0  | 100
            cancel_task | 'x':0                     | 0  | 9223372036854775807
            cancel_task | 'offset':'7','limit':'8'  | 7  | 8
            cancel_task | 'limit':0                 | 0  | 0
            cancel_task | 'limit':5000              | 0  | 5000
            cancel_task | 'limit':99999999999999999999 | 0 | 9007199254740992
            """)
    void pages(String type, String fields, long offset, long limit) {
        fixture.send(200, "{'message_type':'" + type + "','parameters':{'from':'acme','group':'g'," + fields + "}}");

        assertThat(fixture.desk.questions.get(0))
                .returns(offset, FakeDesk.Question::offset)
                .returns(limit, FakeDesk.Question::limit);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', nullValues = "-", textBlock = """
            'from':'acme','id':'1'              | acme | 1 | -
            'from':'acme','id':1                | acme | 1 | -
            'from':7,'group':2                  | 7    | - | 2
            'from':'acme','id':'1','group':'g'  | acme | 1 | g
            'from':'acme','id':'1','group':''   | acme | 1 | -
            """)
    void selects(String fields, String client, String id, String group) {
        fixture.send(200, "{'message_type':'get_status','parameters':{" + fields + "}}");
        fixture.send(200, "{'message_type':'cancel_task','parameters':{" + fields + "}}");

        assertThat(fixture.desk.questions)
                .hasSize(2)
                .allSatisfy(question -> assertThat(question.selection())
                        .returns(client, selection -> selection.client())
                        .returns(id, selection -> selection.id())
                        .returns(group, selection -> selection.group()));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            'x':0          | false
            'force':null   | false
            'force':false  | false
            'force':true   | true
            'force':'True' | true
            """)
    void forces(String field, boolean isForced) {
        fixture.send(200, "{'message_type':'cancel_task','parameters':{'from':'acme','id':'1'," + field + "}}");

        assertThat(fixture.desk.questions.get(0).force()).isEqualTo(isForced);
    }
}
