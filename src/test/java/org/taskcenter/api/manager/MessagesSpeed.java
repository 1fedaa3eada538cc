package org.taskcenter.api.manager;

import static org.taskcenter.api.manager.MessagesFixture.CALLER;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.taskcenter.call.CallStatus;
import org.taskcenter.call.CancelledCall;
import org.taskcenter.call.FoundCall;
import org.taskcenter.call.NewCall;
import org.taskcenter.call.Page;
import org.taskcenter.call.Range;
import org.taskcenter.call.Selection;
import org.taskcenter.call.Verdict;

/**
 * What reading, checking and answering a message of 500 tasks costs, without storing them: prints microseconds a task,
 * round by round, on one thread. Run its main method.
 */
final class MessagesSpeed {
    private static final int TASKS = 500;
    private static final int MESSAGES = 400;
    private static final int ROUNDS = 12;

    private MessagesSpeed() {}

    public static void main(String[] arguments) {
        Messages messages = new Messages(
                new Nothing(), uri -> Optional.empty(), Clock.systemUTC(), new AnswerRoom(0, Duration.ZERO));
        byte[] oneUrl = message(false);
        byte[] manyUrls = message(true);
        System.out.println("bytes a message: " + oneUrl.length);
        for (int round = 1; round <= ROUNDS; round++) {
            System.out.printf(
                    "round %2d: %.2f us a task, %.2f where each has another URL%n",
                    round, measure(messages, oneUrl), measure(messages, manyUrls));
        }
    }

    private static double measure(Messages messages, byte[] message) {
        long start = System.nanoTime();
        long answered = 0;
        for (int i = 0; i < MESSAGES; i++) {
            answered += messages.handle(CALLER, message).body().length;
        }
        long took = System.nanoTime() - start;
        if (answered < (long) MESSAGES * TASKS) {
            throw new IllegalStateException("no answers");
        }
        return took / 1_000.0 / MESSAGES / TASKS;
    }

    private static byte[] message(boolean hasManyUrls) {
        StringBuilder message = new StringBuilder("{\"message_type\":\"add_task\",\"parameters\":[");
        String body = "<?xml version=\\\"1.0\\\" encoding=\\\"UTF-8\\\"?>\\n" + "<Id>10</Id>".repeat(23);
        for (int i = 0; i < TASKS; i++) {
            message.append(i == 0 ? "" : ",")
                    .append("{\"from\":\"acme\",\"id\":\"task-000000")
                    .append(i)
                    .append(
                            "\",\"group\":\"g\",\"type\":\"MP-API\",\"task\":{\"url\":\"http://127.0.0.1:8081/rest/visitor")
                    .append(hasManyUrls ? "/" + i : "")
                    .append("\",\"method\":\"POST\",\"body\":\"")
                    .append(body)
                    .append("\"}}");
        }
        return message.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static final class Nothing implements Desk {
        @Override
        public List<Verdict> submit(List<NewCall> calls) {
            return Collections.nCopies(calls.size(), Verdict.ACCEPTED);
        }

        @Override
        public Page<FoundCall> find(Selection selection, long offset, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<CallStatus> read(List<FoundCall> calls) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Range cancel(
                Selection selection, boolean force, long offset, long limit, Consumer<List<CancelledCall>> done) {
            throw new UnsupportedOperationException();
        }
    }
}
