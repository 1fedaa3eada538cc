package org.taskcenter.gate;

import java.time.Duration;

/** What came of a request: an {@link Answer}, whatever its status, or a {@link Failure}. */
public sealed interface Result permits Answer, Failure {
    /** How long it took, from {@link Gate#send} to this. */
    Duration took();
}
