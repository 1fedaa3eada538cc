package org.taskcenter.api.manager;

import org.taskcenter.call.NewCall;
import org.taskcenter.call.Verdict;

/**
 * What became of one task that was to be added.
 *
 * @param from as it was sent, null where that was no text
 * @param id as it was sent, null where that was no text
 * @param code HTTP-like
 * @param message why it was rejected, or ""
 */
record Outcome(String from, String id, int code, String message) {
    private static final int ACCEPTED = 200;

    static Outcome of(NewCall call, Verdict verdict) {
        return switch (verdict) {
            case ACCEPTED -> new Outcome(call.client(), call.id(), ACCEPTED, "");
            case DUPLICATE -> new Outcome(call.client(), call.id(), 409, "there is a task of this from and id already");
            case FULL -> new Outcome(call.client(), call.id(), 429, "the centre is full: send it again later");
        };
    }

    /** @param parameters null for what was no object */
    static Outcome of(Parameters parameters, Refusal refusal) {
        return new Outcome(
                parameters == null ? null : asText(parameters.from),
                parameters == null ? null : asText(parameters.id),
                refusal.code(),
                refusal.getMessage());
    }

    boolean isAccepted() {
        return code == ACCEPTED;
    }

    private static String asText(Scalar scalar) {
        return scalar == null ? null : scalar.asText();
    }
}
