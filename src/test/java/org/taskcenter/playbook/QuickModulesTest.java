package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.playbook.ThisMachine.HOME;
import static org.taskcenter.playbook.ThisMachine.STAGE;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How modules are handed to Python, so that they begin quickly. */
class QuickModulesTest {
    @Test
    void pythonReadsAModuleAtOnce() {
        String parent = "[{\"name\": \"parent\", \"shell\": \"tr '\\\\0' ' ' </proc/$PPID/cmdline\"}]";
        for (String interpreter : List.of("/usr/bin/python3", "/usr/bin/env python3")) {
            Recorded run = STAGE.run(Orders.tasks(parent)
                    .variables("{\"ansible_connection\": \"local\", \"ansible_python_interpreter\": \"" + interpreter
                            + "\"}"));
            assertThat(run.line("parent").stdout()).as(interpreter).contains("python3 -c import sys;exec(");
        }
    }

    @Test
    void onThisMachineModulesAreCompiledAlready() {
        Path zip = HOME.resolve("command.zip");
        Recorded run = STAGE.run(Orders.tasks("""
                        [{"name": "found", "shell": "base64 -d {{ packed }} >{{ zip }}; {{ ansible_playbook_python }} -c \\"{{ find }}\\""}]""").with("""
                        "packed": "{{ lookup('env', 'ANSIBLE_LOCAL_TEMP') }}/ansiballz_cache/*.command-*",
                        "find": "import zipimport; print(zipimport.zipimporter('{{ zip }}/ansible/module_utils').get_filename('basic'))",
                        "zip": \"""" + zip + "\""));
        assertThat(run.line("found").stdout()).isEqualTo(zip + "/ansible/module_utils/basic.pyc");
    }
}
