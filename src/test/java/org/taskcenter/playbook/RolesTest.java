package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.playbook.ThisMachine.HOME;
import static org.taskcenter.playbook.ThisMachine.STAGE;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.taskcenter.playbook.Exit.NodeResult;

/** Roles of the home, and the modules they bring. */
class RolesTest {
    @Test
    void rolesAreFoundInTheHomeAndTheirHandlersRunBeforeANodeIsDone() throws Exception {
        Path role = HOME.resolve("ansible/roles/greeter");
        write(role.resolve("tasks/main.yml"), "- {name: greet, command: 'echo {{ greeting }}', notify: later}");
        write(role.resolve("handlers/main.yml"), "- {name: later, command: echo bye}");
        write(role.resolve("defaults/main.yml"), "greeting: hello");
        Recorded run = STAGE.run(Orders.roles("[\"greeter\"]").with("\"greeting\": \"good day\""));
        assertThat(run.line("greeter : greet").stdout()).isEqualTo("good day");
        assertThat(run.events())
                .element(3)
                .isInstanceOfSatisfying(
                        Event.Line.class, line -> assertThat(line.task()).isEqualTo("greeter : later"));
        assertThat(run.events()).element(4).isEqualTo(new Event.Through("n1", NodeResult.SUCCEEDED));
        assertThat(STAGE.run(Orders.roles("[\"nobody\"]")).exit().error()).contains("nobody", "was not found");
    }

    @Test
    void aModuleOfARoleTakesThePlaceOfAnsiblesOwn() throws Exception {
        Path role = HOME.resolve("ansible/roles/own");
        write(role.resolve("library/command.py"), """
                from ansible.module_utils.basic import AnsibleModule
                AnsibleModule({"_raw_params": {}, "_uses_shell": {}}).exit_json(msg="my own")
                """);
        write(role.resolve("tasks/main.yml"), "- {name: whose, command: 'true'}");
        assertThat(STAGE.run(Orders.roles("[\"own\"]")).line("own : whose").msg())
                .isEqualTo("my own");
        Path utils = HOME.resolve("ansible/roles/utils");
        write(utils.resolve("module_utils/basic.py"), """
                import json
                class AnsibleModule:
                    def __init__(self, *arguments, **named):
                        print(json.dumps({"msg": "my own utils"}))
                        raise SystemExit(0)
                """);
        write(utils.resolve("tasks/main.yml"), "- {name: whose, command: 'true'}");
        assertThat(STAGE.run(Orders.roles("[\"utils\"]")).line("utils : whose").msg())
                .isEqualTo("my own utils");
        assertThat(STAGE.run(Orders.tasks("[{\"name\": \"whose\", \"command\": \"true\"}]"))
                        .line("whose")
                        .rc())
                .isZero();
    }

    private static void write(Path file, String text) throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }
}
