package org.taskcenter.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.math.BigDecimal;
import org.taskcenter.gate.Answer;
import org.taskcenter.gate.AnswerText;

/** Reads what third parties send, and makes of it what can be stored. */
final class Words {
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final int LONGEST_REASON = 2_000;
    private static final int LONGEST_CODE = 64;
    private static final int LONGEST_ID = 255;
    /** How many characters of data are kept of a task. */
    static final int LONGEST_DATA = 1 << 20;

    private static final int BAD_REQUEST = 400;
    private static final int SERVER_ERROR = 500;
    private static final int TOO_MANY = 429;
    private static final long MILLISECONDS_FROM = 100_000_000_000L;
    private static final long LATEST = 1L << 40;

    private Words() {}

    /** The JSON of an answer; a missing node where it is none. */
    static JsonNode json(Answer answer) {
        if (answer.truncated()) {
            return JsonNodeFactory.instance.missingNode();
        }
        try {
            JsonNode node = JSON.readTree(answer.body());
            return node == null ? JsonNodeFactory.instance.missingNode() : node;
        } catch (IOException e) {
            return JsonNodeFactory.instance.missingNode();
        }
    }

    static boolean isSuccess(Answer answer) {
        return answer.status() >= 200 && answer.status() < 300;
    }

    /** What an answer that refuses a submission says. */
    static Reply.Refused refusal(Answer answer, JsonNode json) {
        String code = text(json.path("code"));
        String message = text(json.path("message"));
        if (message.isEmpty()) {
            message = text(json.path("error").path("message"));
        }
        if (message.isEmpty()) {
            message = "The third party refused it with status " + answer.status();
        }
        int status = answer.status() >= BAD_REQUEST && answer.status() < 600 ? answer.status() : SERVER_ERROR;
        return new Reply.Refused(
                status,
                code.isEmpty() || code.length() > LONGEST_CODE || code.equalsIgnoreCase("success")
                        ? "fail_to_fetch_task"
                        : code,
                shortened(message),
                answer.status() == TOO_MANY || answer.status() >= SERVER_ERROR);
    }

    /** A text or number as text; "" for everything else. */
    static String text(JsonNode node) {
        return node.isTextual() || node.isNumber() ? AnswerText.storable(node.asText()) : "";
    }

    /** A name that can be stored; "" where there is none. */
    static String id(JsonNode node) {
        String text = text(node);
        return text.length() <= LONGEST_ID ? text : "";
    }

    /**
     * What there is to say of an answer that holds no {@link #id} of a task.
     *
     * @param where there it should be
     * @param other for an answer that is neither too long nor has too long a name
     */
    static Reply.Unclear nameless(Answer answer, JsonNode where, String other) {
        if (answer.truncated()) {
            return new Reply.Unclear("The third party's answer is too long to be read: it may have taken the task");
        }
        return new Reply.Unclear(
                text(where).length() > LONGEST_ID
                        ? "The third party's name for the task is longer than " + LONGEST_ID
                                + " characters: it may have taken it"
                        : other);
    }

    static String shortened(String text) {
        return text.length() <= LONGEST_REASON ? text : AnswerText.storable(text.substring(0, LONGEST_REASON)) + "...";
    }

    /** A moment in Unix seconds, also where it is told in milliseconds or as text; 0 where there is none. */
    static long time(JsonNode node) {
        try {
            String text = text(node).strip();
            if (text.isEmpty() || text.length() > 20) {
                return 0;
            }
            double value = Double.parseDouble(text);
            long seconds = (long) (value >= MILLISECONDS_FROM ? value / 1_000 : value);
            return seconds > 0 && seconds < LATEST ? seconds : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** A share of a hundred with a percent sign; null where there is none. */
    static String progress(JsonNode node) {
        String text = text(node).strip();
        String number =
                text.endsWith("%") ? text.substring(0, text.length() - 1).strip() : text;
        if (number.isEmpty() || number.length() > 10) {
            return null;
        }
        try {
            BigDecimal value = new BigDecimal(number);
            if (value.signum() < 0 || value.compareTo(BigDecimal.valueOf(100)) > 0) {
                return null;
            }
            return value.intValue() + "%";
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** An object or array as text; null where it is neither, or too long to be kept. */
    static String data(JsonNode node) {
        if (!node.isContainerNode()) {
            return null;
        }
        try {
            String text = AnswerText.storable(JSON.writeValueAsString(node));
            return text.length() > LONGEST_DATA ? null : text;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
