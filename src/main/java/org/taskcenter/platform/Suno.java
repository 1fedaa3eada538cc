package org.taskcenter.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.taskcenter.gate.Answer;
import org.taskcenter.gate.Header;
import org.taskcenter.gate.Request;
import org.taskcenter.gate.Request.Repeat;
import org.taskcenter.upstream.Upstream;

/** Suno, as gateways to it speak; another task centre speaks so, too. */
final class Suno implements Platform {
    static final String NAME = "suno";
    static final int MOST_IDS = 100;
    static final Duration POLL_TIMEOUT = Duration.ofSeconds(15);
    /** How long the answer to a poll may be. */
    static final int LONGEST_POLL = 4 << 20;

    private static final String SONG = "song";
    private static final String LYRICS = "lyrics";
    private static final Map<String, String> ACTIONS = Map.of("music", SONG, SONG, SONG, LYRICS, LYRICS);
    private static final String SUCCESS = "success";

    private final Duration submitTimeout;

    /** @param submitTimeout how long a submission may take: an upstream may make lyrics while it is asked */
    Suno(Duration submitTimeout) {
        this.submitTimeout = submitTimeout;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> action(String word) {
        return Optional.ofNullable(ACTIONS.get(word.toLowerCase(Locale.ROOT)));
    }

    @Override
    public String word(String action) {
        return wordOf(action);
    }

    static String wordOf(String action) {
        return action.equals(SONG) ? "MUSIC" : action.toUpperCase(Locale.ROOT);
    }

    @Override
    public Optional<Refusal> check(String action, JsonNode body) {
        return action.equals(LYRICS) && Words.text(body.path("prompt")).isBlank()
                ? Optional.of(new Refusal(400, "prompt_empty", "prompt is empty: say what the lyrics are to be about"))
                : Optional.empty();
    }

    @Override
    public Request submission(Upstream channel, String key, String action, ObjectNode body) {
        return post(channel, key, "/suno/submit/" + word(action), body, submitTimeout, Request.MAX_BODY, Repeat.NEVER);
    }

    @Override
    public Reply reply(Answer answer) {
        JsonNode json = Words.json(answer);
        if (!Words.isSuccess(answer)) {
            return Words.refusal(answer, json);
        }
        String code = Words.text(json.path("code"));
        if (!code.isEmpty() && !code.equalsIgnoreCase(SUCCESS)) {
            return Words.refusal(answer, json);
        }
        String id = Words.id(json.path("data"));
        return code.isEmpty() || id.isBlank()
                ? Words.nameless(
                        answer,
                        json.path("data"),
                        "The third party's answer cannot be read: it may have taken the task")
                : new Reply.Taken(id);
    }

    @Override
    public int mostIds() {
        return MOST_IDS;
    }

    @Override
    public Request poll(Upstream channel, String key, List<String> ids) {
        ObjectNode body = Words.JSON.createObjectNode();
        ids.forEach(body.putArray("ids")::add);
        return post(channel, key, "/suno/fetch", body, POLL_TIMEOUT, LONGEST_POLL, Repeat.ALWAYS);
    }

    @Override
    public List<State> states(Answer answer, List<String> ids) throws UnreadableAnswer {
        JsonNode json = Words.json(answer);
        String code = Words.text(json.path("code"));
        if (!code.equalsIgnoreCase(SUCCESS)
                || !json.path("data").isArray() && !json.path("data").isNull()) {
            throw new UnreadableAnswer("the answer is not {\"code\":\"success\",\"data\":[...]}");
        }
        List<State> states = new ArrayList<>();
        for (JsonNode item : json.path("data")) {
            String id = Words.id(item.path("task_id"));
            if (!id.isEmpty()) {
                String data = Words.data(item.path("data"));
                states.add(new State(
                        id,
                        Status.of(Words.text(item.path("status"))),
                        Words.progress(item.path("progress")),
                        Words.shortened(Words.text(item.path("fail_reason"))),
                        Words.time(item.path("start_time")),
                        Words.time(item.path("finish_time")),
                        data,
                        data == null && item.path("data").isContainerNode()));
            }
        }
        return states;
    }

    private static Request post(
            Upstream channel, String key, String path, ObjectNode body, Duration timeout, int longest, Repeat repeat) {
        String base = channel.baseUrl();
        String url = (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path;
        List<Header> headers = new ArrayList<>();
        if (!key.isEmpty()) {
            headers.add(new Header("Authorization", "Bearer " + key));
        }
        headers.add(new Header("Content-Type", "application/json"));
        headers.add(new Header("Accept", "application/json"));
        try {
            return new Request(
                    "POST", URI.create(url), headers, Words.JSON.writeValueAsBytes(body), timeout, longest, repeat);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a body that is no JSON", e);
        }
    }
}
