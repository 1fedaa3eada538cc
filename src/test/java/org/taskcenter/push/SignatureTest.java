package org.taskcenter.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.net.http.HttpHeaders;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.taskcenter.gate.Header;

/** Against the reference library. */
class SignatureTest {
    private static final byte[] NEW = "a secret of thirty-two bytes....".getBytes(UTF_8);
    private static final byte[] OLD = "another one, which is the former".getBytes(UTF_8);
    private static final byte[] OTHER = "somebody else's, who listens in.".getBytes(UTF_8);
    private static final String BODY = "{\"results\":[\"日本\"]}";

    @Test
    void isVerifiedByTheReferenceLibrary() {
        HttpHeaders headers =
                headers(Signature.headers("result_1_1", Instant.now(), BODY.getBytes(UTF_8), List.of(NEW)));

        assertThatCode(() -> webhook(NEW).verify(BODY, headers)).doesNotThrowAnyException();
        assertThatThrownBy(() -> webhook(NEW).verify(BODY + " ", headers))
                .isInstanceOf(WebhookVerificationException.class);
        assertThatThrownBy(() -> webhook(OTHER).verify(BODY, headers)).isInstanceOf(WebhookVerificationException.class);
    }

    @Test
    void isByBothSecretsWhileOneIsReplaced() {
        HttpHeaders headers =
                headers(Signature.headers("result_1_1", Instant.now(), BODY.getBytes(UTF_8), List.of(NEW, OLD)));

        assertThatCode(() -> webhook(NEW).verify(BODY, headers)).doesNotThrowAnyException();
        assertThatCode(() -> webhook(OLD).verify(BODY, headers)).doesNotThrowAnyException();
        assertThatThrownBy(() -> webhook(OTHER).verify(BODY, headers)).isInstanceOf(WebhookVerificationException.class);
    }

    @Test
    void carriesIdAndTime() {
        List<Header> headers =
                Signature.headers("result_7_2", Instant.ofEpochSecond(1_700_000_000, 999), new byte[0], List.of());

        assertThat(headers)
                .containsExactly(new Header("webhook-id", "result_7_2"), new Header("webhook-timestamp", "1700000000"));
    }

    private static Webhook webhook(byte[] secret) {
        return new Webhook("whsec_" + Base64.getEncoder().encodeToString(secret));
    }

    private static HttpHeaders headers(List<Header> headers) {
        Map<String, List<String>> all = new HashMap<>();
        headers.forEach(header -> all.put(header.name(), List.of(header.value())));
        return HttpHeaders.of(all, (name, value) -> true);
    }
}
