package org.taskcenter.api.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.api.channel.Stage.CENTRE;
import static org.taskcenter.api.channel.Stage.FIELD;
import static org.taskcenter.api.channel.Stage.FOLDER;
import static org.taskcenter.api.channel.Stage.NODE;
import static org.taskcenter.api.channel.Stage.ORION;
import static org.taskcenter.api.channel.Stage.TOKEN;
import static org.taskcenter.api.channel.Stage.client;
import static org.taskcenter.api.channel.Stage.name;
import static org.taskcenter.testing.ChannelClient.body;
import static org.taskcenter.testing.ChannelClient.inside;
import static org.taskcenter.testing.ChannelClient.local;
import static org.taskcenter.testing.ChannelClient.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.taskcenter.testing.ChannelClient;
import org.taskcenter.testing.ShowOutput;

/** Runs as they are asked for over the Channel API, with the Ansible of this machine: tasks, roles, names, parameters and logs. */
@Timeout(300)
@ExtendWith(ShowOutput.class)
class RunsIT {
    @Test
    void tasksOfAllKinds() {
        String ping = "[{\"name\":\"hello\",\"ping\":{\"data\":\"{{ word }}\"}}]";
        List<Long> ids = new ArrayList<>();
        for (ObjectNode run : List.of(
                run(ping),
                local(name(), NODE).put("content", ping),
                run("- name: hello\n  ping: {data: '{{ word }}'}\n"),
                run(
                        "- hosts: all\n  gather_facts: no\n  tasks:\n  - name: hello\n    ping:\n      data: !unsafe 'x'\n"),
                run("[{\"hosts\":\"all\",\"gather_facts\":false,\"tasks\":" + ping + "}]"))) {
            run.withObject("/params").put("word", "hello");
            ids.add(ORION.submit("run", run));
        }
        ObjectNode array = local(name(), NODE);
        array.set("tasks", inside(body().put("x", ping).get("x")));
        array.put("params", "{\"word\":\"x\",\"ansible_connection\":\"local\"}");
        ids.add(ORION.submit("run", array));

        for (int i = 0; i < ids.size(); i++) {
            JsonNode end = ORION.awaitEnd(ids.get(i));
            assertThat(end.at("/status").intValue()).as(i + ": " + end).isEqualTo(2);
            boolean whole = i == 3 || i == 4;
            assertThat(inside(end.at("/log")).findValuesAsText("task"))
                    .containsExactlyElementsOf(whole ? List.of("hello") : List.of("Gathering Facts", "hello"));
        }
    }

    private static ObjectNode run(String tasks) {
        return local(name(), NODE).put("tasks", tasks);
    }

    @Test
    void whatOnlyAnsibleCanJudgeIsAcceptedAndFails() {
        List<Long> ids = new ArrayList<>();
        ids.add(ORION.submit("run", run("[{\"no_such_module\":{}}]")));
        ids.add(ORION.submit("run", run("[\"no-such-role\"]").put("tasktype", "ansible_role")));
        ids.add(ORION.submit("parallel_run", run("- hosts: all\n  no_such_keyword: 1\n")));

        List<String> reasons = List.of("no_such_module", "no-such-role", "no_such_keyword");
        for (int i = 0; i < ids.size(); i++) {
            JsonNode end = ORION.awaitEnd(ids.get(i));
            assertThat(end.at("/status").intValue()).as(end.toString()).isEqualTo(3);
            assertThat(inside(end.at("/err")).at("/msg").textValue()).contains(reasons.get(i));
        }
    }

    @Test
    void rolesThatAreThere() throws IOException {
        Path tasks = Files.createDirectories(CENTRE.home().resolve("ansible/roles/greeter/tasks"));
        Files.writeString(tasks.resolve("main.yml"), "- {name: greet, command: 'echo {{ greeting }}'}\n");
        for (String roles : List.of("[\"greeter\"]", "[{\"role\":\"greeter\"}]", "- greeter\n")) {
            ObjectNode run = run(roles).put("tasktype", "ansible_role");
            run.withObject("/params").put("greeting", "good day");

            JsonNode end = ORION.awaitEnd(ORION.submit("run", run));

            assertThat(end.at("/status").intValue()).as(end.toString()).isEqualTo(2);
            JsonNode log = inside(end.at("/log"));
            assertThat(log.findValuesAsText("task")).containsExactly("Gathering Facts", "greeter : greet");
            assertThat(log.get(1).path("stdout").textValue()).isEqualTo("good day");
        }
    }

    @Test
    void defaultsOfFields() throws IOException {
        Path mark = FOLDER.resolve("by-default");
        String[] nodes = IntStream.range(0, 7).mapToObj(i -> "10.9.7." + i).toArray(String[]::new);
        ObjectNode run = local(name(), nodes)
                .put(
                        "tasks",
                        "[{\"debug\":{\"msg\":\"{{ ansible_forks }} {{ ansible_check_mode }} {{ ansible_become | default(false) }}"
                                + " {{ ansible_user | default(lookup('config', 'remote_user', plugin_type='connection',"
                                + " plugin_name='ssh')) }}\"}},{\"shell\":\"echo x >>" + mark + "\"}]");

        JsonNode end = FIELD.awaitEnd(FIELD.submit("run", run));

        assertThat(end.at("/task/status").intValue()).as(end.toString()).isEqualTo(2);
        assertThat(inside(end.at("/nodes/0/log")).get(1).path("msg").textValue())
                .isEqualTo("5 False False root");
        assertThat(Files.readAllLines(mark)).hasSize(7);
    }

    @Test
    void aNameOf255CharactersOfAnyKind() {
        String name = "a-" + "\ud83d\ude00".repeat(250);
        name += "x".repeat(255 - name.codePointCount(0, name.length()));

        long id = ORION.submit("run", playbook(name, "[{ping: }]", NODE));

        assertThat(ORION.send("check", body().put("name", name))
                        .at("/content/id")
                        .longValue())
                .isEqualTo(id);
        assertThat(ORION.awaitEnd(id).at("/status").intValue()).isEqualTo(2);
        assertThat(ORION.send("run", playbook(name + "x", "[{ping: }]", NODE)).status())
                .isEqualTo(400);
    }

    @Test
    void aLogOfManyLinesComesWholeAndInOrder() {
        ChannelClient mine = client(TOKEN).as(ChannelClient.FIELD, "orion", "many lines");
        String tasks = IntStream.range(0, 33)
                .mapToObj(i -> "{debug: {msg: 't" + i + "'}}")
                .collect(Collectors.joining(",", "[", ",{fail: {msg: '{{ \"x\" * 50000 }}'}}]"));
        String[] nodes = IntStream.range(0, 8).mapToObj(i -> "10.9.6." + i).toArray(String[]::new);
        mine.awaitEnd(mine.submit("run", playbook(name(), tasks, nodes)));

        List<String> lines = new ArrayList<>();
        mine.send("getlog", body()).at("/content/log").forEach(line -> lines.add(line.textValue()));

        assertThat(lines).hasSize(8 * 34);
        assertThat(lines.subList(0, 8 * 33)).allMatch(line -> line.endsWith("reuslt = ok"));
        assertThat(lines.subList(8 * 33, 8 * 34))
                .allMatch(line -> line.endsWith("reuslt = failed \n\tmessage: " + "x".repeat(4_096) + "..."));
        for (String node : nodes) {
            assertThat(lines.stream().filter(line -> line.contains("host = " + node + ",")))
                    .hasSize(34);
        }
    }

    @Test
    void nodesAsTextAndTwiceAreOnes() {
        ObjectNode run = playbook(name(), "[{ping: }]").put("nodes", "node-a, 10.0.0.1,node-a,fe80::1,a_b.example");

        JsonNode end = ORION.awaitEnd(ORION.submit("run", run));

        assertThat(end.at("/nodes").textValue()).isEqualTo("[\"node-a\",\"10.0.0.1\",\"fe80::1\",\"a_b.example\"]");
        assertThat(end.at("/status").intValue()).as(end.toString()).isEqualTo(2);
    }

    @Test
    void namesAndParamsAreDataAndNothingElse() {
        String name = "'; $(touch /tmp/x) \"{{ 1+1 }}\" \n --help ../../x \u00e9\u4e2d" + name();
        ObjectNode run =
                playbook(name, "[{debug: {msg: '{{ word }}'}}, {command: {argv: [echo, '{{ word }}']}}]", NODE);
        run.withObject("/params").put("word", "a\"b'c\n$(id) {# x #}");
        run.put("fork_num", "3").put("user", "-oProxyCommand=x {{ 1 }}");

        long id = ORION.submit("run", run);

        JsonNode end = ORION.awaitEnd(id);
        assertThat(ORION.send("check", body().put("name", name))
                        .at("/content/id")
                        .longValue())
                .isEqualTo(id);
        assertThat(end.at("/status").intValue()).as(end.toString()).isEqualTo(2);
        assertThat(inside(end.at("/log")).get(1).path("stdout").textValue()).startsWith("a\"b'c\n$(id)");
    }

    @Test
    void checkTagsAndSkipTagsAreAnsibles() throws IOException {
        Path mark = FOLDER.resolve("mark");
        ObjectNode run = playbook(
                name(),
                "[{file: {path: '" + mark
                        + "', state: touch}, tags: [a]}, {debug: , tags: [b]}, {ping: , tags: [a, c]}]",
                NODE);
        run.put("check", true).withArray("/tags").add("a");
        run.put("skip_tags", "c");

        JsonNode end = ORION.awaitEnd(ORION.submit("run", run));

        assertThat(end.at("/status").intValue()).as(end.toString()).isEqualTo(2);
        assertThat(inside(end.at("/log")).findValuesAsText("task")).containsExactly("file");
        assertThat(mark).doesNotExist();
    }

    @Test
    void failuresAreTriedAgainWhereThatIsAskedFor() throws IOException {
        Path tries = FOLDER.resolve("tries");
        String task = "[{shell: 'echo x >>" + tries + "; test $(wc -l <" + tries + ") -ge 3'}]";

        JsonNode end =
                ORION.awaitEnd(ORION.submit("run", playbook(name(), task, NODE).put("retries", "2")));

        assertThat(end.at("/status").intValue()).as(end.toString()).isEqualTo(2);
        assertThat(Files.readAllLines(tries)).hasSize(3);
        assertThat(inside(end.at("/log")).findValuesAsText("status")).containsExactly("failed", "failed", "ok");
    }
}
