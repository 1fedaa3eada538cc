package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskcenter.gate.Gates.failure;
import static org.taskcenter.gate.Gates.get;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets that are refused as they are written, before anything is looked up or sent. */
@Timeout(60)
class ForbiddenTargetsTest {
    @RegisterExtension
    final GateStage stage = new GateStage();

    private final Gate gate = stage.gate();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://10.0.0.1/",
                "http://169.254.169.254/latest/meta-data",
                "http://[::ffff:10.0.0.1]/",
                "http://[64:ff9b::a9fe:a9fe]/",
                "http://[fe80::1]/",
                "http://0.0.0.0/",
                "http://10.0.0.1./",
                "http://１０.0.0.1/",
                "http://127.1/",
                "http://user@127.0.0.1/",
                "ftp://127.0.0.1/"
            })
    void forbidsWhatIsForbiddenAsWritten(String url) {
        URI uri = URI.create(url);
        assertThat(gate.whyForbidden(uri)).isPresent();
        Failure failure = failure(gate, get(uri));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.FORBIDDEN);
        assertThat(failure.reason()).isEqualTo(gate.whyForbidden(uri).orElseThrow());
        assertThat(gate.underWay()).isZero();
    }

    @Test
    void tellsWhatAnOperatorCanDo() {
        assertThat(gate.whyForbidden(URI.create("http://10.0.0.1/?secret")))
                .contains("10.0.0.1 is a private address, which may not be called from here;"
                        + " an operator can allow it by TASKCENTER_ALLOW_TARGETS");
    }

    @Test
    void judgesNoNameAsWritten() {
        assertThat(gate.whyForbidden(URI.create("http://localhost/"))).isEmpty();
        assertThat(gate.whyForbidden(URI.create("http://metadata.google.internal/")))
                .isEmpty();
        assertThat(gate.whyForbidden(URI.create("http://127.0.0.1/"))).isEmpty();
        assertThat(gate.whyForbidden(URI.create("https://8.8.8.8/"))).isEmpty();
    }
}
