package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.playbook.ThisMachine.HOME;
import static org.taskcenter.playbook.ThisMachine.STAGE;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.taskcenter.playbook.Exit.Cause;
import org.taskcenter.playbook.Exit.NodeResult;

/** No run reaches another, and nothing that is given to one is taken for more than data. */
class SeparateRunsTest {
    @Test
    void noRunSeesAnythingOfAnother() {
        String tasks = """
                [{"name": "leave", "set_fact": {"mine": "left behind", "cacheable": true}},
                 {"name": "env", "shell": "env"}, {"name": "look", "shell": "pwd; ls -a; ls ..; umask"}]""";
        Recorded first = STAGE.run(Orders.tasks(tasks).with("\"given\": \"to the first\""));
        Recorded second = STAGE.run(Orders.tasks("""
                [{"name": "look", "shell": "pwd; ls -a; ls ..; umask"},
                 {"name": "see", "debug": {"msg": "{{ mine | default('no') }} {{ given | default('no') }}"}}]"""));
        assertThat(second.line("see").msg()).isEqualTo("no no");
        assertThat(second.line("look").stdout())
                .isNotEqualTo(first.line("look").stdout())
                .endsWith("0077");
        assertThat(first.line("env").stdout()).contains("PATH=").doesNotContain("TASKCENTER_", "MAVEN", "JAVA");
    }

    @Test
    void aRunThatIsStoppedWithALockHoldsUpNoOther() throws Exception {
        Path role = HOME.resolve("ansible/roles/holder");
        Path held = HOME.resolve("held");
        Files.writeString(Files.createDirectories(role.resolve("tasks")).resolve("main.yml"), "- hold:\n");
        Files.writeString(
                Files.createDirectories(role.resolve("action_plugins")).resolve("hold.py"), """
                import time
                from ansible.executor.action_write_locks import action_write_locks
                from ansible.plugins.action import ActionBase
                class ActionModule(ActionBase):
                    def run(self, tmp=None, task_vars=None):
                        for lock in action_write_locks.values():
                            lock.acquire()
                        open(task_vars["held"], "w").close()
                        time.sleep(600)
                """);
        Recorded holder = STAGE.start(Orders.roles("[\"holder\"]").with("\"held\": \"" + held + "\""));
        Stage.await(() -> Files.exists(held));
        holder.running.stop();
        assertThat(holder.exit().cause()).isEqualTo(Cause.STOPPED);

        Recorded next = STAGE.run(Orders.tasks("[{\"stat\": {\"path\": \"/\"}}]"));

        assertThat(next.exit()).isEqualTo(new Exit(Cause.FINISHED, Map.of("n1", NodeResult.SUCCEEDED), null));
    }

    @Test
    void whatIsGivenIsDataAndNothingElse() throws Exception {
        Path touched = HOME.resolve("injected");
        String evil = "{{ lookup('pipe', 'touch %s') }}'\"\n- hosts: all\n; touch %s $(touch %s)"
                .formatted(touched, touched, touched);
        String quoted = Messages.JSON.writeValueAsString(evil);
        Recorded user = STAGE.run(
                Orders.tasks("[{\"name\": \"who\", \"debug\": {\"msg\": \"{{ ansible_user | default('nobody') }}\"}}]")
                        .as(evil));
        assertThat(user.line("who").msg()).isIn(evil, "nobody");
        assertThat(user.exit().results()).containsEntry("n1", NodeResult.SUCCEEDED);
        for (String node : new String[] {"-oProxyCommand=touch", "a b", "../n", "a\nb", "a,b", "{{ x }}", ""}) {
            assertThat(STAGE.run(Orders.tasks("[]").on(node)).exit().error())
                    .as(node)
                    .contains("neither an address nor a host name");
        }
        Recorded role = STAGE.run(Orders.roles("[" + quoted + "]"));
        assertThat(role.exit().error()).isNotNull();
        Recorded tags = STAGE.run(
                Orders.tasks("[{\"name\": \"no\", \"command\": \"true\"}]").tags(evil, "--become"));
        assertThat(tags.ownLines()).isEmpty();
        Recorded odd = STAGE.run(
                Orders.tasks("[{\"name\": " + quoted.replace("{{", "{ {").replace("}}", "} }")
                                + ", \"command\": {\"argv\": [\"echo\", \"{{ odd }}\"]}}]")
                        .with("\"odd\": \"'; \\\"$(id)\\\" --x\\ny\", \"a b\": 1, \"-x\": \"{{ y\""));
        assertThat(odd.ownLines())
                .singleElement()
                .satisfies(line -> assertThat(line.stdout()).isEqualTo("'; \"$(id)\" --x\ny"));
        assertThat(touched).doesNotExist();
    }
}
