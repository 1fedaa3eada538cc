package org.taskcenter.call;

import java.util.function.Consumer;
import org.taskcenter.gate.Exchange;
import org.taskcenter.gate.Request;
import org.taskcenter.gate.Result;

/** The way out: {@code Gate::send}. */
@FunctionalInterface
public interface Sender {
    /** Sends a request; {@code done} is called exactly once, from any thread, perhaps before this returns. */
    Exchange send(Request request, Consumer<Result> done);
}
