package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
    @ParameterizedTest
    @ValueSource(strings = {"Host", "host", "CONTENT-LENGTH", "Transfer-Encoding", "connection"})
    void refusesHeadersThatAreOurs(String name) {
        assertThatThrownBy(() -> request("GET", new Header(name, "secret")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("leave it out")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a:", "a\r\nb", "ä", "a\0"})
    void refusesNamesThatAreNone(String name) {
        assertThat(Request.whyUnsendable(name, "x")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\r\nInjected: yes",
                "a\nb",
                "a\rb",
                "a\0b",
                "\u010Ainjected",
                "\u0085",
                "\u2028",
                "日本",
                "\u007F"
            })
    void refusesValuesThatWouldBreakTheHead(String value) {
        assertThatThrownBy(() -> request("GET", new Header("X-Secret", value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("X-Secret")
                .hasMessageNotContaining("njected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", " a\tb ", "ü ÿ ~", "a,b;c=\"d\""})
    void takesOrdinaryValues(String value) {
        assertThat(Request.whyUnsendable("X-Any", value)).isEmpty();
    }

    @Test
    void refusesMethodsThatAreNone() {
        assertThatThrownBy(() -> request("GET /x HTTP/1.1\r\nX:")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request("CONNECT")).isInstanceOf(IllegalArgumentException.class);
        assertThat(request("PROPFIND").method()).isEqualTo("PROPFIND");
    }

    @Test
    void refusesTimesAndSizesThatMakeNoSense() {
        URI uri = URI.create("http://example.com/");
        assertThatThrownBy(() -> new Request("GET", uri, List.of(), null, Duration.ZERO, 1))
                .hasMessageContaining("time-out");
        assertThatThrownBy(() -> new Request("GET", uri, List.of(), null, Duration.ofSeconds(1), -1))
                .hasMessageContaining("0 or more");
    }

    private static Request request(String method, Header... headers) {
        return new Request(method, URI.create("http://example.com/"), List.of(headers), null, Duration.ofSeconds(1), 1);
    }
}
