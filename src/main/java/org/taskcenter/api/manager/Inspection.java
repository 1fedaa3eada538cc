package org.taskcenter.api.manager;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.taskcenter.account.Caller;
import org.taskcenter.api.WellFormed;
import org.taskcenter.call.NewCall;
import org.taskcenter.call.Retry;
import org.taskcenter.task.Draft;

/** Turns the parameters of one message into calls, or says what is wrong with them. */
final class Inspection {
    private static final String MP_API = "MP-API";
    private static final int LONGEST_BODY = 1024 * 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int DAY = 86_400;
    private static final int YEAR = 365 * DAY;
    private static final int FURTHEST_YEARS = 100;
    private static final Duration LONGEST_DELAY = Duration.ofSeconds((long) FURTHEST_YEARS * YEAR);
    private static final int MOST_ATTEMPTS = 100_000;
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    private final Caller caller;
    private final Targets targets;
    private final Targets returnPaths;
    private final Instant now;

    Inspection(Caller caller, Targets targets, Targets returnPaths, Instant now) {
        this.caller = caller;
        this.targets = targets;
        this.returnPaths = returnPaths;
        this.now = now;
    }

    /** @param parameters null for what was no object */
    NewCall newCall(Parameters parameters) throws Refusal {
        if (parameters == null) {
            throw Refusal.malformed("a task must be an object");
        }
        String from = from(caller, parameters);
        String id = Text.name("id", parameters.id);
        String group = Text.nameOrNone("group", parameters.group);
        checkType(parameters);
        TaskFields task = task(parameters);
        return new NewCall(
                caller.id(),
                from,
                id,
                group,
                url(task),
                method(task),
                headers(task),
                body(task),
                Numbers.seconds("timeout", task.timeout, "0.001", DAY, TIMEOUT),
                retry(task),
                task.atMostOnce != null && task.atMostOnce.flag("at_most_once"),
                delay(task),
                Numbers.integer("priority", task.priority, Draft.LOWEST_PRIORITY, Draft.HIGHEST_PRIORITY, 0),
                returnPath(parameters));
    }

    /** The client's name, where the caller may use it. */
    static String from(Caller caller, Parameters parameters) throws Refusal {
        String from = Text.name("from", parameters.from);
        if (!caller.from().contains(from)) {
            throw new Refusal(403, "from is not a name that your token may use");
        }
        return from;
    }

    private static void checkType(Parameters parameters) throws Refusal {
        Scalar type = parameters.type == null ? parameters.taskType : parameters.type;
        if (type == null) {
            throw Refusal.malformed("type is missing");
        }
        if (!MP_API.equals(type.text("type"))) {
            throw new Refusal(422, "type is unknown: " + MP_API + " is the one there is");
        }
    }

    private static TaskFields task(Parameters parameters) throws Refusal {
        if (parameters.task == null) {
            throw Refusal.malformed("task is missing");
        }
        if (parameters.task == TaskFields.NO_OBJECT) {
            throw Refusal.malformed("task must be an object");
        }
        return parameters.task;
    }

    private URI url(TaskFields task) throws Refusal {
        if (task.url == null) {
            throw Refusal.malformed("url is missing");
        }
        return targets.read("url", task.url.text("url"));
    }

    private static String method(TaskFields task) throws Refusal {
        if (task.method == null) {
            throw Refusal.malformed("method is missing");
        }
        String written = task.method.text("method");
        String method = METHODS.contains(written) ? written : written.toUpperCase(Locale.ROOT);
        if (!METHODS.contains(method)) {
            throw Refusal.malformed("method must be GET, HEAD, POST, PUT, PATCH or DELETE");
        }
        return method;
    }

    private static Map<String, String> headers(TaskFields task) throws Refusal {
        if (task.headers == null) {
            return Map.of();
        }
        if (task.headers == TaskFields.NO_HEADERS) {
            throw Refusal.malformed("headers must be an object of names and texts");
        }
        return HeaderRules.check(task.headers);
    }

    private static byte[] body(TaskFields task) throws Refusal {
        if (task.body == null) {
            return null;
        }
        String text = task.body.text("body");
        if (text.length() > LONGEST_BODY) {
            throw bodyTooLong();
        }
        if (!WellFormed.is(text)) {
            throw Refusal.malformed("body " + WellFormed.NOT);
        }
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        if (body.length > LONGEST_BODY) {
            throw bodyTooLong();
        }
        return body;
    }

    private static Refusal bodyTooLong() {
        return new Refusal(413, "body is longer than " + LONGEST_BODY + " bytes");
    }

    private static Retry retry(TaskFields task) throws Refusal {
        RetryFields retry = task.retry;
        if (retry == null) {
            return Retry.DEFAULT;
        }
        if (retry == RetryFields.NO_OBJECT) {
            throw Refusal.malformed("retry must be an object");
        }
        Duration least = Numbers.seconds("min_backoff", retry.minBackoff, "0", DAY, null);
        Duration most = Numbers.seconds("max_backoff", retry.maxBackoff, "0", DAY, null);
        if (least != null && most != null && least.compareTo(most) > 0) {
            throw Refusal.malformed("min_backoff must not be more than max_backoff");
        }
        // The one that is given alone takes the other's default along.
        return new Retry(
                Numbers.integer("max_attempts", retry.maxAttempts, 1, MOST_ATTEMPTS, Retry.DEFAULT.maxAttempts()),
                least != null ? least : shorter(Retry.DEFAULT.minBackoff(), most),
                most != null ? most : longer(Retry.DEFAULT.maxBackoff(), least),
                Numbers.seconds("deadline", retry.deadline, "0.001", YEAR, Retry.DEFAULT.deadline()),
                retry.unsafe != null && retry.unsafe.flag("unsafe"));
    }

    private static Duration shorter(Duration duration, Duration other) {
        return other == null || duration.compareTo(other) < 0 ? duration : other;
    }

    private static Duration longer(Duration duration, Duration other) {
        return other == null || duration.compareTo(other) > 0 ? duration : other;
    }

    private Duration delay(TaskFields task) throws Refusal {
        if (task.runAt == null) {
            return Duration.ZERO;
        }
        Instant runAt = time(task.runAt);
        if (runAt.isAfter(now.plus(LONGEST_DELAY))) {
            throw Refusal.malformed("run_at must not be more than " + FURTHEST_YEARS + " years ahead");
        }
        return runAt.isAfter(now) ? Duration.between(now, runAt) : Duration.ZERO;
    }

    private static Instant time(Scalar runAt) throws Refusal {
        String expectation = "run_at must be a time as in RFC 3339, like 2030-01-31T09:00:00Z";
        String text = runAt.text("run_at").strip();
        try {
            return Rfc3339.time(text);
        } catch (DateTimeException e) {
            throw Refusal.malformed(expectation);
        }
    }

    private URI returnPath(Parameters parameters) throws Refusal {
        Scalar returnPath = parameters.returnPath;
        return returnPath == null || returnPath.isEmpty()
                ? null
                : returnPaths.read("return_path", returnPath.text("return_path"));
    }
}
