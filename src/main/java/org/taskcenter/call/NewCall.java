package org.taskcenter.call;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.taskcenter.gate.Gate;

/**
 * An HTTP call to be made (a task of type MP-API), checked and complete.
 *
 * @param account whose token it was handed in with
 * @param client who hands it in: the {@code from} of the Manager API
 * @param id the client's name for it
 * @param group the client's word to select by, or null
 * @param url an absolute http or https URL
 * @param method GET, HEAD, POST, PUT, PATCH or DELETE
 * @param headers what is sent besides what the centre itself sends; values without control characters
 * @param body what is sent, or null for no body
 * @param timeout for one attempt, from the connection to the last byte of the answer
 * @param retry when and how often it is tried again
 * @param atMostOnce whether it is never repeated once it may have reached its target
 * @param delay how long from now it is due; zero or negative is at once
 * @param priority -10 to 10, higher first
 * @param returnPath the URL to push the result to, or null
 */
public record NewCall(
        long account,
        String client,
        String id,
        String group,
        URI url,
        String method,
        Map<String, String> headers,
        byte[] body,
        Duration timeout,
        Retry retry,
        boolean atMostOnce,
        Duration delay,
        int priority,
        URI returnPath) {
    /** Why a URL can be called from nowhere, as {@link Gate#whyMalformed} says it. */
    public static Optional<String> whyMalformed(URI url) {
        return Gate.whyMalformed(url);
    }
}
