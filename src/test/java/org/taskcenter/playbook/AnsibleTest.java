package org.taskcenter.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnsibleTest {
    @TempDir
    private Path folder;

    private void script(String name, String text) throws Exception {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /** An interpreter that knows nothing but a version of Ansible. */
    private String python(String name, String version) throws Exception {
        script(name, "#!/bin/sh\n[ \"$1\" = -I ] || exit 1\necho " + version + "\n");
        return folder.resolve(name).toString();
    }

    @Test
    void thereMayBeNone() {
        assertThat(Ansible.find(folder.toString())).isEmpty();
        assertThat(Ansible.find(null)).isEmpty();
    }

    @Test
    void theOneOfThisMachineIsFound() {
        assertThat(Ansible.find())
                .hasValueSatisfying(found -> assertThat(found.version()).startsWith("2."));
    }

    @Test
    void itsInterpreterIsTheOneOfItsFirstLine() throws Exception {
        String python = python("python x", "2.16.3");
        script("ansible-playbook", "#!/bin/sh\n'''exec' \"" + python + "\" \"$0\" \"$@\"\n' '''\n");
        assertThat(Ansible.find("/nowhere:" + folder)).map(Ansible::python).contains(python);
        python("python9", "2.14.18");
        script("ansible-playbook", "#!/usr/bin/env python9\n");
        assertThat(Ansible.find(folder.toString()))
                .map(Ansible::python)
                .contains(folder.resolve("python9").toString());
    }

    @Test
    void versionsThatWeDoNotKnowDoNotServe() throws Exception {
        for (String version : new String[] {"2.13.1", "2.19.0", "3.0.0", "''"}) {
            script("ansible-playbook", "#! " + python("python", version) + "\n");
            assertThat(Ansible.find(folder.toString())).as(version).isEmpty();
        }
    }

    @Test
    void nothingOfTheCentresEnvironmentIsPassedOn() {
        Map<String, String> environment = new HashMap<>(
                Map.of("PATH", "/bin", "TASKCENTER_DB_PASSWORD", "swordfish", "LANG", "C", "TZ", "UTC", "LC_ALL", "C"));
        Ansible.setEnvironment(environment);
        assertThat(environment)
                .containsOnlyKeys("PATH", "HOME", "LANG", "TZ")
                .containsEntry("LANG", "C.UTF-8")
                .containsEntry("PATH", "/bin");
    }
}
