package org.taskcenter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeashTest {

    @Test
    void killsTheProgramWhenNobodyHoldsTheOtherEnd() throws Exception {
        Process program = Leash.start(new ProcessBuilder("sleep", "600"));
        assertThat(program.isAlive()).isTrue();

        program.getOutputStream().close(); // as the end of our JVM does

        assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void leavesItsExitCodeAndSignalsAlone() throws Exception {
        Process program =
                Leash.start(new ProcessBuilder("sh", "-c", "sleep 600 & trap 'kill $!; exit 7' TERM; echo up; wait"));
        assertThat(program.inputReader().readLine()).isEqualTo("up");

        program.toHandle().destroy(); // the process's own destroy() lets go of the leash as well

        assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isEqualTo(7);
        program.getOutputStream().close();
    }
}
