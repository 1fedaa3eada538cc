package org.taskcenter.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
import org.taskcenter.upstream.Declaration;
import org.taskcenter.upstream.Upstream;

/** A platform that is made of its declaration alone. */
final class Declared implements Platform {
    private final Declaration declaration;
    private final Duration submitTimeout;
    private final boolean manyAtOnce;

    Declared(Declaration declaration, Duration submitTimeout) {
        this.declaration = declaration;
        this.submitTimeout = submitTimeout;
        JsonNode body = declaration.fetch().body();
        this.manyAtOnce = body != null && body.toString().contains("\"${ids}\"");
    }

    @Override
    public String name() {
        return declaration.name();
    }

    @Override
    public Optional<String> action(String word) {
        return Optional.of(word.toLowerCase(Locale.ROOT)).filter(declaration.actions()::contains);
    }

    @Override
    public String word(String action) {
        return action;
    }

    @Override
    public Optional<Refusal> check(String action, JsonNode body) {
        return Optional.empty();
    }

    @Override
    public Request submission(Upstream channel, String key, String action, ObjectNode body) {
        Template values = new Template(Map.of("action", action, "key", key), List.of(), body);
        return request(channel, declaration.submit(), values, submitTimeout, Request.MAX_BODY, Repeat.NEVER);
    }

    @Override
    public Reply reply(Answer answer) {
        JsonNode json = Words.json(answer);
        if (!Words.isSuccess(answer)) {
            return Words.refusal(answer, json);
        }
        JsonNode where = at(json, declaration.pointers().id());
        String id = Words.id(where);
        if (id.isBlank()) {
            return Words.nameless(answer, where, "The third party's answer names no task: it may have taken it");
        }
        return new Reply.Taken(id);
    }

    @Override
    public int mostIds() {
        return manyAtOnce ? Suno.MOST_IDS : 1;
    }

    @Override
    public Request poll(Upstream channel, String key, List<String> ids) {
        Map<String, String> texts = manyAtOnce ? Map.of("key", key) : Map.of("key", key, "id", ids.get(0));
        Template values = new Template(texts, ids, Words.JSON.createObjectNode());
        return request(channel, declaration.fetch(), values, Suno.POLL_TIMEOUT, Suno.LONGEST_POLL, Repeat.ALWAYS);
    }

    @Override
    public List<State> states(Answer answer, List<String> ids) throws UnreadableAnswer {
        JsonNode json = Words.json(answer);
        Declaration.Pointers pointers = declaration.pointers();
        if (json.isMissingNode()) {
            throw new UnreadableAnswer("the answer is no JSON, or too long");
        }
        List<State> states = new ArrayList<>();
        if (pointers.items() == null) {
            if (at(json, pointers.status()).isMissingNode()) {
                throw new UnreadableAnswer("the answer has nothing at " + pointers.status());
            }
            states.add(state(json, ids.get(0)));
            return states;
        }
        JsonNode items = at(json, pointers.items());
        if (!items.isArray()) {
            throw new UnreadableAnswer("the answer has no array at " + pointers.items());
        }
        for (JsonNode item : items) {
            String id = Words.id(at(item, pointers.itemId()));
            if (!id.isEmpty()) {
                states.add(state(item, id));
            }
        }
        return states;
    }

    private State state(JsonNode item, String id) {
        Declaration.Pointers pointers = declaration.pointers();
        JsonNode theirs = at(item, pointers.data());
        String data = Words.data(theirs);
        return new State(
                id,
                status(Words.text(at(item, pointers.status()))),
                Words.progress(at(item, pointers.progress())),
                Words.shortened(Words.text(at(item, pointers.failReason()))),
                Words.time(at(item, pointers.startTime())),
                Words.time(at(item, pointers.finishTime())),
                data,
                data == null && theirs.isContainerNode());
    }

    private Status status(String word) {
        String ours = declaration.words().get(word);
        return Status.of(ours == null ? word : ours);
    }

    private static JsonNode at(JsonNode json, String pointer) {
        return pointer == null ? JsonNodeFactory.instance.missingNode() : json.at(pointer);
    }

    private Request request(
            Upstream channel, Declaration.Call call, Template values, Duration timeout, int longest, Repeat repeat) {
        List<Header> headers = new ArrayList<>();
        boolean keyless = values.texts().get("key").isEmpty();
        declaration.headers().forEach((name, value) -> {
            if (!keyless || !value.contains("${key}")) {
                headers.add(new Header(name, values.text(value)));
            }
        });
        byte[] body = null;
        if (call.body() != null) {
            headers.add(new Header("Content-Type", "application/json"));
            body = bytes(values.json(call.body()));
        }
        headers.add(new Header("Accept", "application/json"));
        String base = channel.baseUrl();
        String url = (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + values.path(call.path());
        return new Request(call.method(), URI.create(url), headers, body, timeout, longest, repeat);
    }

    private static byte[] bytes(JsonNode body) {
        try {
            return Words.JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a body that is no JSON", e);
        }
    }
}
