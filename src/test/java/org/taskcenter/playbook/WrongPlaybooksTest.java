package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.playbook.ThisMachine.STAGE;

import org.junit.jupiter.api.Test;
import org.taskcenter.playbook.Exit.Cause;

/** What is wrong with a playbook is the error of its run, and nobody is asked. */
class WrongPlaybooksTest {
    @Test
    void whatOnlyAnsibleCanJudgeIsTheErrorOfTheRun() {
        Exit exit = STAGE.run(Orders.tasks("[{\"nosuchmodule\": {}}]")).exit();
        assertThat(exit.cause()).isEqualTo(Cause.FINISHED);
        assertThat(exit.error()).contains("couldn't resolve module/action 'nosuchmodule'");
        assertThat(exit.results()).isEmpty();
        assertThat(STAGE.run(Orders.playbook("- hosts: [")).exit().error()).contains("YAML");
        assertThat(STAGE.run(Orders.playbook("- hosts: others\n  tasks: []"))
                        .exit()
                        .error())
                .contains("no play");
        assertThat(STAGE.run(Orders.tasks("{}")).exit().error()).contains("a JSON array is expected");
        assertThat(STAGE.run(Orders.tasks("[]").variables("[]")).exit().error()).contains("a JSON object is expected");
        Recorded undefined = STAGE.run(Orders.tasks("[{\"name\": \"guess\", \"command\": \"echo {{ what }}\"}]"));
        assertThat(undefined.line("guess").msg()).contains("'what' is undefined");
        assertThat(undefined.exit().error()).isNull();
    }

    @Test
    void nobodyIsAsked() {
        String playbook = """
                - hosts: all
                  gather_facts: false
                  vars_prompt: [{name: colour}]
                  tasks: [{name: tell, command: "echo {{ colour }}"}]
                """;
        assertThat(STAGE.run(Orders.playbook(playbook)).exit().error()).contains("vars_prompt asks for colour");
        assertThat(STAGE.run(Orders.playbook(playbook).with("\"colour\": \"green\""))
                        .line("tell")
                        .stdout())
                .isEqualTo("green");
    }
}
