package org.taskcenter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {

    @Test
    void takesMediansAndComparesThemWithTheFloor() {
        Results results = new Results();
        for (double value : new double[] {9_000, 20_000, 10_000}) {
            results.add(Metric.DRAIN, value);
            results.add(Metric.FLOOR_HTTP, 4 * value);
        }

        assertThat(results.median(Metric.DRAIN)).isEqualTo(10_000);
        assertThat(results.markdown())
                .contains("| drained | tasks/s | 10 000 | 9 000 / 20 000 / 10 000 | 25 % |")
                .contains("| bare HTTP client, 64 in flight | calls/s | 40 000 |");
        assertThat(results.plain()).containsPattern("(?m)^drained +tasks/s +10 000  9 000 / 20 000 / 10 000 +25 %$");
    }

    @Test
    void interpolatesQuantiles() {
        assertThat(Results.quantile(List.of(4.0, 1.0, 3.0, 2.0), 0.5)).isEqualTo(2.5);
        assertThat(Results.quantile(List.of(1.0, 2.0), 0)).isEqualTo(1);
        assertThat(Results.quantile(List.of(1.0, 2.0), 1)).isEqualTo(2);
    }
}
