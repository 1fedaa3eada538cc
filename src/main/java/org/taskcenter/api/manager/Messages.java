package org.taskcenter.api.manager;

import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.taskcenter.account.Caller;
import org.taskcenter.account.Denied;
import org.taskcenter.api.BodyLimits;
import org.taskcenter.call.CallStatus;
import org.taskcenter.call.Calls;
import org.taskcenter.call.CancelledCall;
import org.taskcenter.call.FoundCall;
import org.taskcenter.call.NewCall;
import org.taskcenter.call.Page;
import org.taskcenter.call.Range;
import org.taskcenter.call.Selection;
import org.taskcenter.call.Unavailable;
import org.taskcenter.call.Verdict;

/** Does what messages of the Manager API ask for, and answers them. */
public final class Messages {
    /** The longest message, in bytes. */
    public static final int LONGEST = BodyLimits.MESSAGE;

    private static final String ADD = "add_task";
    private static final String STATUS = "get_status";
    private static final String CANCEL = "cancel_task";
    private static final String ACK = "ack_result";
    private static final int DEFAULT_LIMIT = 100;
    private static final int LARGEST_LIMIT = 1_000;

    /** What a line of an answer takes while it is made, with a short body and long names. */
    private static final long ROW = 4 * 1024;

    /** What listing cancelled tasks takes for the first thousand or thousands. */
    private static final int LISTED_FIRST = 1 << 20;

    private final Desk desk;
    private final Function<URI, Optional<String>> whyForbidden;
    private final Clock clock;
    private final AnswerRoom room;
    private final MessageReader reader = new MessageReader();

    /**
     * @param whyForbidden why a URL must not be called, judged by its scheme, host and port as they are written; empty where
     *     it may
     * @param room memory for answers
     */
    public Messages(Calls calls, Function<URI, Optional<String>> whyForbidden, Clock clock, AnswerRoom room) {
        this(Desk.of(calls), whyForbidden, clock, room);
    }

    Messages(Desk desk, Function<URI, Optional<String>> whyForbidden, Clock clock, AnswerRoom room) {
        this.desk = desk;
        this.whyForbidden = whyForbidden;
        this.clock = clock;
        this.room = room;
    }

    /**
     * Handles one message.
     *
     * @param caller who sent it, or null where nobody is known by the token sent along
     * @param message JSON in UTF-8
     */
    public Reply handle(Caller caller, byte[] message) {
        return handle(caller, message, null);
    }

    /**
     * Handles one message.
     *
     * @param acknowledged is told of results that the caller says it has; null where the way of the message has no such thing
     * @return null where nothing is to be answered
     */
    Reply handle(Caller caller, byte[] message, Acknowledged acknowledged) {
        if (caller == null) {
            return unauthorized();
        }
        if (message.length > LONGEST) {
            return tooLong();
        }
        Message read;
        try {
            read = reader.read(message);
        } catch (Refusal refusal) {
            return unreadable(refusal.code(), refusal.getMessage());
        }
        if (read.type() == null) {
            return unreadable(400, "message_type is missing");
        }
        if (acknowledged != null && read.type().equals(ACK)) {
            acknowledge(caller, read, acknowledged);
            return null;
        }
        return switch (read.type()) {
            case ADD -> answer(caller, ADD, read, (type, sender, added, share) -> add(type, sender, added));
            case STATUS -> answer(caller, STATUS, read, this::status);
            case CANCEL -> answer(caller, CANCEL, read, this::cancel);
            default -> unreadable(400, "message_type must be " + ADD + ", " + STATUS + " or " + CANCEL);
        };
    }

    /** The message that tells how one call is doing: what get_status answers for it alone. */
    public static byte[] told(CallStatus call) {
        return Envelope.found(STATUS + "_response", new Page<>(0, 1, List.of(call)), Integer.MAX_VALUE);
    }

    /** The answer to a message of somebody who may not send it. It is read for its type alone. */
    Reply denied(Denied denied, byte[] message) {
        String responseType = "error_response";
        if (denied.reason() == Denied.Reason.FORBIDDEN && message.length <= LONGEST) {
            try {
                String type = reader.read(message).type();
                if (ADD.equals(type) || STATUS.equals(type) || CANCEL.equals(type)) {
                    responseType = type + "_response";
                }
            } catch (Refusal refusal) {
                // That it is not readable is not for somebody who may not send it.
            }
        }
        return refusal(responseType, denied.status(), denied.getMessage());
    }

    /** The answer to a sender that nobody knows. */
    static Reply unauthorized() {
        return unreadable(401, "send a valid token as Authorization: Bearer TOKEN");
    }

    /** The answer to a message that is longer than {@link #LONGEST}. */
    static Reply tooLong() {
        return unreadable(413, "a message has " + LONGEST + " bytes at most");
    }

    /** The answer to a message that there is no room for at the moment. */
    static Reply busy() {
        return unreadable(503, "the centre is busy with other messages: send it again later");
    }

    /** The answer to a message of which not even its type is known. */
    static Reply unreadable(int status, String why) {
        return refusal("error_response", status, why);
    }

    private static Reply refusal(String responseType, int status, String why) {
        return new Reply(status, Envelope.refusal(responseType, status, why));
    }

    /** Answers one type of message. */
    @FunctionalInterface
    private interface Answering {
        /** @param share what it takes of the memory for answers */
        byte[] answer(String responseType, Caller caller, Message message, AnswerRoom.Share share) throws Refusal;
    }

    private Reply answer(Caller caller, String type, Message message, Answering answering) {
        AnswerRoom.Share share = room.share(caller.name());
        Reply reply = null;
        try {
            reply = answer(caller, type, message, answering, share);
            return reply;
        } finally {
            if (reply == null || reply.status() != 200) {
                share.end();
            }
        }
    }

    private static Reply answer(
            Caller caller, String type, Message message, Answering answering, AnswerRoom.Share share) {
        String responseType = type + "_response";
        try {
            byte[] answer = answering.answer(responseType, caller, message, share);
            share.keep(answer.length);
            return new Reply(200, answer, share::end);
        } catch (Refusal refusal) {
            return refusal(responseType, refusal.code(), refusal.getMessage());
        } catch (Unavailable e) {
            ManagerLog.LOG.unavailable(caller.name(), e.getMessage());
            return refusal(responseType, 503, e.getMessage());
        } catch (RuntimeException e) {
            ManagerLog.LOG.failed(caller.name(), e);
            return refusal(responseType, 500, "the centre failed at this message; its log tells why");
        }
    }

    /** Is told of a result that its sender has. */
    @FunctionalInterface
    interface Acknowledged {
        void result(String client, String id);
    }

    /** Never answered: what names no result of the caller's acknowledges nothing. */
    private static void acknowledge(Caller caller, Message message, Acknowledged acknowledged) {
        for (Parameters parameters : message.parameters() == null ? List.<Parameters>of() : message.parameters()) {
            if (parameters != null) {
                try {
                    acknowledged.result(Inspection.from(caller, parameters), Text.name("id", parameters.id));
                } catch (Refusal refusal) {
                    ManagerLog.LOG.acknowledgesNothing(caller.name(), refusal.getMessage());
                }
            }
        }
    }

    private byte[] add(String responseType, Caller caller, Message message) throws Refusal {
        List<Parameters> tasks = message.parameters();
        if (tasks == null) {
            throw Refusal.malformed("parameters must be an object or an array of objects");
        }
        Outcome[] outcomes = new Outcome[tasks.size()];
        List<NewCall> calls = new ArrayList<>(tasks.size());
        Inspection inspection =
                new Inspection(caller, new Targets(whyForbidden), new Targets(whyForbidden), clock.instant());
        for (int i = 0; i < outcomes.length; i++) {
            try {
                calls.add(inspection.newCall(tasks.get(i)));
            } catch (Refusal refusal) {
                outcomes[i] = Outcome.of(tasks.get(i), refusal);
            }
        }
        submit(calls, outcomes);
        return Envelope.added(responseType, List.of(outcomes));
    }

    private void submit(List<NewCall> calls, Outcome[] outcomes) {
        if (calls.isEmpty()) {
            return;
        }
        List<Verdict> verdicts = desk.submit(calls);
        int next = 0;
        for (int i = 0; i < outcomes.length; i++) {
            if (outcomes[i] == null) {
                outcomes[i] = Outcome.of(calls.get(next), verdicts.get(next));
                next++;
            }
        }
    }

    private byte[] status(String responseType, Caller caller, Message message, AnswerRoom.Share share) throws Refusal {
        Parameters parameters = message.only();
        Selection selection = selection(caller, parameters);
        long offset = Numbers.count("offset", parameters.offset, 0);
        long limit = Math.min(Numbers.count("limit", parameters.limit, DEFAULT_LIMIT), LARGEST_LIMIT);
        if (parameters.onlyCount != null && parameters.onlyCount.flag("only_count")) {
            return Envelope.counted(responseType, desk.find(selection, 0, 0).total());
        }
        if (selection.id() == null) {
            share.take(limit * ROW);
        }
        Page<FoundCall> page = desk.find(selection, offset, (int) limit);
        List<FoundCall> shown = withinLength(page.items());
        long length = shown.stream()
                .filter(call -> !call.isComplete())
                .mapToLong(FoundCall::length)
                .sum();
        if (length > 0) {
            // As the database hands it over and as text; and as JSON, in which a character may take six bytes.
            long json = Math.min(
                    6 * length, Math.max(room.longest(), 6 * shown.get(0).length()));
            share.keep(0);
            share.take(shown.size() * ROW + 2 * length + json);
        }
        List<CallStatus> calls = desk.read(shown);
        return Envelope.found(responseType, new Page<>(page.from(), page.total(), calls), room.longest());
    }

    /** The first ones, as many as an answer has room for, and one at least. */
    private List<FoundCall> withinLength(List<FoundCall> calls) {
        long length = 0;
        int fit = 0;
        for (FoundCall call : calls) {
            length += call.length();
            if (length > room.longest() && fit > 0) {
                break;
            }
            fit++;
        }
        return calls.subList(0, fit);
    }

    private byte[] cancel(String responseType, Caller caller, Message message, AnswerRoom.Share share) throws Refusal {
        Parameters parameters = message.only();
        Selection selection = selection(caller, parameters);
        boolean force = parameters.force != null && parameters.force.flag("force");
        long offset = Numbers.count("offset", parameters.offset, 0);
        long limit = Numbers.count("limit", parameters.limit, Long.MAX_VALUE);
        if (selection.id() == null) {
            share.take(LISTED_FIRST);
        }
        CancelledList list = new CancelledList(room.longest(), LISTED_FIRST, share::tryTake);
        Range range = desk.cancel(selection, force, offset, limit, list::add);
        if (range.total() == 0 && selection.id() != null) {
            return Envelope.unknown(responseType, unknown(selection, offset, limit));
        }
        return Envelope.cancelled(responseType, range, list);
    }

    private static Selection selection(Caller caller, Parameters parameters) throws Refusal {
        String from = Inspection.from(caller, parameters);
        String id = parameters.id == null ? null : Text.name("id", parameters.id);
        String group = Text.nameOrNone("group", parameters.group);
        if (id == null && group == null) {
            throw Refusal.malformed("id or group is needed");
        }
        return new Selection(from, id, group);
    }

    /** An id that nothing has is a list of one, of which the page shows it or not. */
    private static Page<CancelledCall> unknown(Selection selection, long offset, long limit) {
        boolean isShown = offset == 0 && limit > 0;
        CancelledCall unknown = new CancelledCall(selection.client(), selection.id(), null, null);
        return new Page<>(Math.min(offset, 1), 1, isShown ? List.of(unknown) : List.of());
    }
}
