package org.taskcenter.platform;

import org.taskcenter.gate.Failure;

/** Why a third party gave no answer, in words for its users: where it lives is the administrator's affair alone. */
final class FailureWords {
    private FailureWords() {}

    static String of(Failure failure) {
        return switch (failure.kind()) {
            case CONNECT -> "The third party is out of reach";
            case FORBIDDEN -> "The third party may not be called from here";
            case TIMEOUT -> "The third party has not answered in time: it may have taken the task";
            case BROKEN -> "The third party's answer was not complete: it may have taken the task";
            case STOPPED -> "The centre stopped before there was an answer: the third party may have taken the task";
        };
    }
}
