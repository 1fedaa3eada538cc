package org.taskcenter.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.taskcenter.playbook.Exit.Cause;
import org.taskcenter.playbook.Exit.NodeResult;

/** Understands what the playbook process of one run writes: a line of JSON for each event. */
final class Telling {
    private static final int LONGEST_LINE = 4 << 20;
    private final Consumer<Event> events;
    private final Runnable nonsense;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean tooLong;
    private boolean hasEnded;
    private Map<String, NodeResult> results = Map.of();
    private String error;

    Telling(Consumer<Event> events, Runnable nonsense) {
        this.events = events;
        this.nonsense = nonsense;
    }

    void read(byte[] bytes) {
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                append(bytes, from, i - from);
                finish();
                from = i + 1;
            }
        }
        append(bytes, from, bytes.length - from);
    }

    private void append(byte[] bytes, int from, int count) {
        if (tooLong || line.size() + count > LONGEST_LINE) {
            tooLong = true;
        } else {
            line.write(bytes, from, count);
        }
    }

    private void finish() {
        try {
            if (tooLong) {
                nonsense.run();
            } else {
                understand(Messages.read(line.toByteArray()));
            }
        } catch (IOException | RuntimeException e) {
            nonsense.run(); // anybody in the playbook process may write there
        }
        line.reset();
        tooLong = false;
    }

    private void understand(JsonNode said) {
        switch (said.path("is").asText()) {
            case "line" -> events.accept(line(said));
            case "begun" -> events.accept(new Event.Begun(said.required("node").asText()));
            case "through" ->
                events.accept(new Event.Through(
                        said.required("node").asText(),
                        NodeResult.valueOf(said.required("result").asText())));
            case "end" -> end(said);
            default -> nonsense.run();
        }
    }

    private void end(JsonNode said) {
        Map<String, NodeResult> told = new HashMap<>();
        for (Map.Entry<String, JsonNode> node : said.required("results").properties()) {
            told.put(node.getKey(), NodeResult.valueOf(node.getValue().asText()));
        }
        results = Map.copyOf(told);
        error = text(said, "error");
        hasEnded = true;
    }

    private static Event.Line line(JsonNode said) {
        return new Event.Line(
                said.required("node").asText(),
                said.required("task").asText(),
                Event.Status.valueOf(said.required("status").asText()),
                said.path("ignored").asBoolean(),
                said.path("changed").asBoolean(),
                time(said, "start"),
                time(said, "end"),
                text(said, "cmd"),
                said.path("rc").isInt() ? said.path("rc").asInt() : null,
                text(said, "stdout"),
                text(said, "stderr"),
                text(said, "msg"));
    }

    private static Instant time(JsonNode said, String field) {
        return Instant.ofEpochMilli(Math.round(said.required(field).asDouble() * 1000));
    }

    private static String text(JsonNode said, String field) {
        return said.path(field).isNull() || said.path(field).isMissingNode()
                ? null
                : said.path(field).asText();
    }

    /**
     * How the run ended.
     *
     * @param report what its guard says
     */
    Exit exit(byte[] report) {
        try {
            JsonNode said = Messages.read(report);
            Cause cause = Cause.valueOf(said.required("cause").asText());
            return new Exit(cause, results, cause == Cause.FINISHED && !hasEnded ? died(said) : error);
        } catch (IOException | RuntimeException e) {
            return lost("the report of its guard cannot be understood");
        }
    }

    Exit lost(String reason) {
        return new Exit(Cause.LOST, results, Optional.ofNullable(error).orElse(reason));
    }

    private static String died(JsonNode said) {
        int status = said.path("status").asInt();
        String how = status < 0 ? "was killed by signal " + -status : "ended with status " + status;
        String text = said.path("text").asText().strip();
        return "The playbook process " + how + " before it was through." + (text.isEmpty() ? "" : "\n" + text);
    }
}
