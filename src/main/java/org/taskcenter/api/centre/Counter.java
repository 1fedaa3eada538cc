package org.taskcenter.api.centre;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.taskcenter.account.Access;
import org.taskcenter.account.Caller;
import org.taskcenter.account.Denied;
import org.taskcenter.account.Scope;
import org.taskcenter.api.BodyLimits;
import org.taskcenter.api.Refused;
import org.taskcenter.api.WellFormed;
import org.taskcenter.platform.Outcome;
import org.taskcenter.platform.Platform;
import org.taskcenter.platform.PlatformTasks;
import org.taskcenter.platform.Refusal;
import org.taskcenter.platform.TaskView;
import org.taskcenter.store.Database;

/** Takes in tasks of platforms and tells how they are: {@code {"code", "message", "data"}}, whatever happens. */
@ApplicationScoped
class Counter {
    /** Who has waited for longer than a third party may take, and this, is told by nobody else: the database is away. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final String SUCCESS = "success";
    private static final int MOST_IDS = 1_000;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    @Inject
    PlatformTasks tasks;

    /** A request that is not served. */
    private static final class Refusing extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Refusal refusal;

        Refusing(int status, String code, String message) {
            this(new Refusal(status, code, message));
        }

        Refusing(Refusal refusal) {
            super(refusal.message(), null, false, false);
            this.refusal = refusal;
        }
    }

    /** What is answered to a request. */
    @FunctionalInterface
    private interface Serving {
        Response serve() throws Refusing, SQLException;
    }

    void submit(
            HttpServletRequest request,
            String platformName,
            String actionWord,
            InputStream body,
            AsyncResponse answer) {
        AtomicReference<String> accepted = new AtomicReference<>();
        answer.setTimeout(tasks.submitTimeout().plus(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
        answer.setTimeoutHandler(late -> late.resume(error(untold(accepted.get()))));
        Response now = served(() -> {
            Caller caller = caller(request);
            Platform platform = platform(platformName);
            ObjectNode json = object(body);
            String action = platform.action(actionWord)
                    .orElseThrow(() -> new Refusing(
                            400, "invalid_action", platform.name() + " has no action " + shortened(actionWord)));
            Optional<Refusal> wrong = platform.check(action, json);
            if (wrong.isPresent()) {
                throw new Refusing(wrong.get());
            }
            accepted.set(
                    tasks.submit(caller.id(), platform, action, json, outcome -> answer.resume(response(outcome))));
            return null;
        });
        if (now != null) {
            answer.resume(now);
        }
    }

    /** @param taskId null where it is not known whether the task is stored */
    static Refusal untold(String taskId) {
        return new Refusal(
                504,
                "submit_timeout",
                taskId == null
                        ? "The database does not answer: /api/task/self will tell whether the task is stored"
                        : "It is not known whether a channel has taken the task: it is stored as " + taskId
                                + ". Do not send it again, but fetch it");
    }

    private static Response response(Outcome outcome) {
        return outcome instanceof Outcome.Accepted task
                ? success(JSON.getNodeFactory().textNode(task.taskId()))
                : error(((Outcome.Refused) outcome).refusal());
    }

    Response fetch(HttpServletRequest request, String platformName, InputStream body) {
        return served(() -> {
            Caller caller = caller(request);
            Platform platform = platform(platformName);
            JsonNode given = object(body).path("ids");
            if (!given.isArray() && !given.isNull() && !given.isMissingNode() || given.size() > MOST_IDS) {
                throw new Refusing(400, "invalid_request", "ids must be an array of at most " + MOST_IDS + " ids");
            }
            List<String> ids = new ArrayList<>();
            given.forEach(id -> {
                if (id.isTextual() || id.isNumber()) {
                    ids.add(id.asText());
                }
            });
            ArrayNode found = JSON.createArrayNode();
            for (TaskView view : tasks.fetch(caller.id(), platform.name(), storable(ids))) {
                found.add(shown(platform, view));
            }
            return success(found);
        });
    }

    Response fetchOne(HttpServletRequest request, String platformName, String id) {
        return served(() -> {
            Caller caller = caller(request);
            Platform platform = platform(platformName);
            List<TaskView> found = tasks.fetch(caller.id(), platform.name(), storable(List.of(id)));
            if (found.isEmpty()) {
                throw new Refusing(400, "task_not_exist", "There is no such task of yours");
            }
            return success(shown(platform, found.get(0)));
        });
    }

    private ObjectNode shown(Platform platform, TaskView view) {
        ObjectNode shown = view.json(platform.word(view.action()));
        if (view.data() == null) {
            shown.putRawValue("data", new RawValue(new LongData(tasks, view.id())));
        }
        return shown;
    }

    /** No task is called by a name that no database takes. */
    private static List<String> storable(List<String> ids) {
        return ids.stream().filter(id -> id.indexOf('\0') < 0).toList();
    }

    private static Caller caller(HttpServletRequest request) throws Refusing {
        try {
            return Access.of(request).caller(Scope.CENTRE);
        } catch (Denied denied) {
            throw new Refusing(denied.status(), code(denied), denied.getMessage());
        }
    }

    private static String code(Denied denied) {
        return switch (denied.reason()) {
            case UNAUTHENTICATED -> "unauthorized";
            default -> denied.reason().name().toLowerCase(Locale.ROOT);
        };
    }

    private Platform platform(String name) throws Refusing, SQLException {
        return tasks.platform(name)
                .orElseThrow(() -> new Refusing(404, "platform_not_exist", "There is no platform " + shortened(name)));
    }

    private static String shortened(String word) {
        return word.length() <= 64 ? word : word.substring(0, 64) + "...";
    }

    private static ObjectNode object(InputStream body) throws Refusing {
        try {
            byte[] bytes = body.readNBytes(BodyLimits.OTHER + 1);
            if (bytes.length > BodyLimits.OTHER) {
                throw new Refusing(413, "invalid_request", "The body is larger than " + BodyLimits.OTHER + " bytes");
            }
            if (!(JSON.readTree(bytes) instanceof ObjectNode object)) {
                throw new Refusing(400, "invalid_request", "The body must be a JSON object");
            }
            if (!WellFormed.is(object)) {
                throw new Refusing(400, "invalid_request", "The body " + WellFormed.NOT);
            }
            return object;
        } catch (JsonProcessingException e) {
            throw new Refusing(400, "invalid_request", "The body is not JSON");
        } catch (Refused refused) {
            throw new Refusing(refused.status(), "invalid_request", refused.getMessage());
        } catch (IOException e) {
            throw new Refusing(400, "invalid_request", "The body broke off");
        }
    }

    private static Response served(Serving serving) {
        try {
            return serving.serve();
        } catch (Refusing refusing) {
            return error(refusing.refusal);
        } catch (SQLException e) {
            if (Database.isOutage(e)) {
                return error(new Refusal(
                        503, "unavailable", "The database does not answer at the moment; try again in a few seconds"));
            }
            throw new IllegalStateException(e);
        }
    }

    private static Response success(JsonNode data) {
        ObjectNode body = JSON.createObjectNode();
        body.put("code", SUCCESS);
        body.put("message", "");
        body.set("data", data);
        return response(200, body).build();
    }

    private static Response error(Refusal refusal) {
        ObjectNode body = JSON.createObjectNode();
        body.put("code", refusal.code());
        body.put("message", refusal.message());
        body.putNull("data");
        Response.ResponseBuilder response = response(refusal.status(), body);
        if (refusal.status() == 401) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (refusal.status() == 429 || refusal.status() == 503) {
            response.header(HttpHeaders.RETRY_AFTER, 5);
        }
        return response.build();
    }

    private static Response.ResponseBuilder response(int status, ObjectNode body) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .entity((StreamingOutput) out -> JSON.writeValue(out, body));
    }
}
