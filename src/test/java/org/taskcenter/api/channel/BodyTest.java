package org.taskcenter.api.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BodyTest {
    private static final String TOO_LARGE = "1e9" + "0".repeat(300);

    @Test
    void anExponentThatIsTooLongIsUnreadable() {
        byte[] body = ("{\"fork_num\": " + TOO_LARGE + "}").getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Body.read(new ByteArrayInputStream(body), 10_000))
                .isInstanceOf(Wrong.class)
                .hasMessage("json encode error");
        assertThat(Body.parse("[" + TOO_LARGE + "]")).isEmpty();
    }
}
