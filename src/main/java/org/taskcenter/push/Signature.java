package org.taskcenter.push;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.taskcenter.gate.Header;

/** Signs messages as Standard Webhooks 1.0.0 says (standardwebhooks.com). */
final class Signature {
    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /**
     * The three headers of a message.
     *
     * @param id the message's, the same on every try
     * @param secrets each signs; without any, there is no signature
     */
    static List<Header> headers(String id, Instant at, byte[] body, List<byte[]> secrets) {
        String timestamp = String.valueOf(at.getEpochSecond());
        Header idHeader = new Header("webhook-id", id);
        Header timestampHeader = new Header("webhook-timestamp", timestamp);
        if (secrets.isEmpty()) {
            return List.of(idHeader, timestampHeader);
        }
        byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
        String signatures = secrets.stream()
                .map(secret -> "v1," + Base64.getEncoder().encodeToString(hmac(secret, head, body)))
                .collect(Collectors.joining(" "));
        return List.of(idHeader, timestampHeader, new Header("webhook-signature", signatures));
    }

    private static byte[] hmac(byte[] secret, byte[] head, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            mac.update(head);
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
