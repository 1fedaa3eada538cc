package org.taskcenter.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.taskcenter.bench.Options.Part;

class OptionsTest {

    @Test
    void measuresEverythingByDefault() {
        assertThat(Options.of().parts()).containsExactlyInAnyOrder(Part.values());
        assertThat(Options.of().rounds()).isEqualTo(3);
        assertThat(Options.of().tasks()).isEqualTo(20_000);
    }

    @Test
    void takesWhatIsSaid() {
        Options options = Options.of("--rounds=1", "--tasks=1000", "--only=drain,floor", "--profile");

        assertThat(options.rounds()).isEqualTo(1);
        assertThat(options.tasks()).isEqualTo(1000);
        assertThat(options.parts()).containsExactlyInAnyOrder(Part.DRAIN, Part.FLOOR);
        assertThat(options.profile()).isTrue();
        assertThat(Options.of("--only=floor").centre()).isFalse();
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> Options.of("--only=speed")).hasMessageContaining("accept, drain, latency");
        assertThatThrownBy(() -> Options.of("--rounds=0")).hasMessageContaining("--rounds=0");
        assertThatThrownBy(() -> Options.of("--tasks=750")).hasMessageContaining("multiple of 500");
        assertThatThrownBy(() -> Options.of("--fast")).hasMessageContaining("--fast");
    }
}
