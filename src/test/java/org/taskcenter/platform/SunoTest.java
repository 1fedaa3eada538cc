package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.taskcenter.gate.Header;
import org.taskcenter.gate.Request;
import org.taskcenter.upstream.Upstream;

/** What is sent to Suno, and how long it may take. */
class SunoTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Upstream CHANNEL =
            new Upstream(1, "c", "suno", "https://up.example/base", 0, 1, Map.of("song", 1L), 1, 24, true, false);

    private final Suno suno = new Suno(Duration.ofSeconds(150));

    @Test
    void aSubmissionIsInTheirWordsAndHasTimeForLyrics() throws IOException {
        Request request =
                suno.submission(CHANNEL, "sk-1", "song", JSON.createObjectNode().put("tags", "sea"));
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri()).isEqualTo(URI.create("https://up.example/base/suno/submit/MUSIC"));
        assertThat(request.headers()).contains(new Header("Authorization", "Bearer sk-1"));
        assertThat(JSON.readTree(request.body())).isEqualTo(JSON.readTree("{\"tags\":\"sea\"}"));
        assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(150));
        assertThat(request.repeat()).isEqualTo(Request.Repeat.NEVER);
        assertThat(suno.submission(CHANNEL, "sk-1", "lyrics", JSON.createObjectNode())
                        .uri())
                .isEqualTo(URI.create("https://up.example/base/suno/submit/LYRICS"));
    }

    @Test
    void aPollAsksAfterManyAndHasFifteenSeconds() throws IOException {
        Request request = suno.poll(CHANNEL, "sk-1", List.of("a", "b"));
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri()).isEqualTo(URI.create("https://up.example/base/suno/fetch"));
        assertThat(request.headers()).contains(new Header("Authorization", "Bearer sk-1"));
        assertThat(JSON.readTree(request.body())).isEqualTo(JSON.readTree("{\"ids\":[\"a\",\"b\"]}"));
        assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(15));
        assertThat(request.repeat()).isEqualTo(Request.Repeat.ALWAYS);
    }

    @Test
    void aChannelWithoutAKeyIsSentNone() {
        assertThat(suno.poll(CHANNEL, "", List.of("a")).headers())
                .extracting(Header::name)
                .doesNotContain("Authorization");
    }
}
