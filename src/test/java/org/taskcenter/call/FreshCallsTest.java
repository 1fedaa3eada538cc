package org.taskcenter.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FreshCallsTest {
    private long now;
    private final FreshCalls fresh = new FreshCalls(10_000, () -> now);

    @Test
    void handsACallOutOnce() {
        CallDetails.Stored call = call(10);
        fresh.add(1, call);

        assertThat(fresh.take(1)).isSameAs(call);
        assertThat(fresh.take(1)).isNull();
    }

    @Test
    void keepsWhatIsThereRatherThanWhatIsNew() {
        fresh.add(1, call(6_000));
        fresh.add(2, call(6_000));

        assertThat(fresh.take(2)).isNull();
        assertThat(fresh.take(1)).isNotNull();
    }

    @Test
    void makesRoomWhenCallsAreTakenOrOld() {
        fresh.add(1, call(6_000));
        fresh.take(1);
        fresh.add(2, call(6_000));
        now += Duration.ofSeconds(31).toNanos();
        fresh.add(3, call(6_000));

        assertThat(fresh.take(2)).isNull();
        assertThat(fresh.take(3)).isNotNull();
    }

    @Test
    void countsAddressesAndHeaders() {
        fresh.add(1, call("http://example.com/", Map.of("X-A", "x".repeat(6_000)), 0));
        fresh.add(2, call("http://example.com/?" + "y".repeat(4_000), Map.of(), 0));
        assertThat(fresh.take(2)).isNull();
        assertThat(fresh.take(1)).isNotNull();

        fresh.add(3, call("http://example.com/?" + "y".repeat(6_000), Map.of(), 0));
        fresh.add(4, call("http://example.com/", Map.of("X-A", "x".repeat(4_000)), 0));
        assertThat(fresh.take(4)).isNull();
        assertThat(fresh.take(3)).isNotNull();
    }

    @Test
    void dropsWhatIsOldThoughThereIsRoom() {
        fresh.add(1, call(10));
        now += Duration.ofSeconds(31).toNanos();

        assertThat(fresh.take(1)).isNull();
    }

    private static CallDetails.Stored call(int bytes) {
        return call("http://example.com/", Map.of(), bytes);
    }

    private static CallDetails.Stored call(String url, Map<String, String> headers, int bytes) {
        return new CallDetails.Stored(
                url, "POST", headers, new byte[bytes], Duration.ofSeconds(60), Retry.DEFAULT, false);
    }
}
