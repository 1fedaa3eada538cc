package org.taskcenter.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** An upstream that speaks as Suno's gateways do, over real HTTP. It takes everything and does what it is told. */
public final class SunoStub implements AutoCloseable {
    private final StubTarget target;
    private final Map<String, ObjectNode> tasks = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> polls = new ConcurrentHashMap<>();
    private final List<ObjectNode> submissions = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Answer> nextAnswers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger number = new AtomicInteger();

    private volatile Supplier<Answer> moods = () -> null;
    private volatile Function<Received, Answer> fetch = this::states;

    private SunoStub(StubTarget target) {
        this.target = target;
        target.on("/suno/submit/MUSIC", this::submit);
        target.on("/suno/submit/LYRICS", this::submit);
        target.on("/suno/fetch", request -> fetch.apply(request));
    }

    public static SunoStub start() {
        return new SunoStub(StubTarget.start());
    }

    /** Its base_url. */
    public String url() {
        return "http://127.0.0.1:" + target.port();
    }

    public StubTarget target() {
        return target;
    }

    /** The next submission is answered so; its task is not taken. */
    public void refuseNext(Answer answer) {
        nextAnswers.add(answer);
    }

    /** Asked at each submission for an answer that refuses it; null: it is taken. */
    public void moods(Supplier<Answer> refusals) {
        moods = refusals;
    }

    /** The names that a poll asks after. */
    public static List<String> asked(Received request) {
        List<String> ids = new ArrayList<>();
        read(request).path("ids").forEach(id -> ids.add(id.asText()));
        return ids;
    }

    /** Polls are answered so from now on; null: with the states of the tasks. */
    public void polled(Function<Received, Answer> answer) {
        fetch = answer == null ? this::states : answer;
    }

    /** What it was sent, in order, with the action as {@code _action}. */
    public List<ObjectNode> submissions() {
        return submissions;
    }

    /** Its names for the tasks it has taken, in order. */
    public List<String> ids() {
        return submissions.stream()
                .filter(submission -> submission.has("_id"))
                .map(submission -> submission.get("_id").asText())
                .toList();
    }

    /** From now on it says so of a task. */
    public void say(String id, String status, String progress) {
        ObjectNode task = JsonClient.JSON.createObjectNode();
        task.put("status", status);
        task.put("progress", progress);
        say(id, task);
    }

    /** From now on it says so of a task; its id is put in. */
    public void say(String id, ObjectNode task) {
        tasks.put(id, task.put("task_id", id));
    }

    /** It knows nothing of this task any more. */
    public void forget(String id) {
        tasks.remove(id);
    }

    /** How often it was asked after a task. */
    public int polls(String id) {
        return polls.getOrDefault(id, new AtomicInteger()).get();
    }

    private synchronized Answer submit(Received request) {
        ObjectNode body = (ObjectNode) read(request);
        body.put("_action", request.path().substring("/suno/submit/".length()));
        body.put("_key", request.header("Authorization").orElse(""));
        submissions.add(body);
        Answer ordered = nextAnswers.poll();
        ordered = ordered == null ? moods.get() : ordered;
        if (ordered != null) {
            return ordered;
        }
        String id = "up-" + target.port() + "-" + number.incrementAndGet();
        body.put("_id", id);
        say(id, "SUBMITTED", "0%");
        return json(JsonClient.JSON
                .createObjectNode()
                .put("code", "success")
                .put("message", "")
                .put("data", id));
    }

    /** The states of the tasks that a poll asks after. */
    public Answer states(Received request) {
        ArrayNode data = JsonClient.JSON.createArrayNode();
        for (JsonNode id : read(request).path("ids")) {
            polls.computeIfAbsent(id.asText(), name -> new AtomicInteger()).incrementAndGet();
            ObjectNode task = tasks.get(id.asText());
            if (task != null) {
                data.add(task);
            }
        }
        ObjectNode answer = JsonClient.JSON.createObjectNode().put("code", "success");
        answer.set("data", data);
        return json(answer);
    }

    public static Answer json(JsonNode body) {
        return Answer.of(200, body.toString()).header("Content-Type", "application/json");
    }

    private static JsonNode read(Received request) {
        try {
            return JsonClient.JSON.readTree(request.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        target.close();
    }
}
