package org.taskcenter.call;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.taskcenter.gate.Answer;
import org.taskcenter.gate.Result;
import org.taskcenter.task.Claim;

/** Long answers whose results are not stored yet: what they take of the gate's memory stays taken for so long. */
final class LongAnswers {
    private final Map<Key, Answer.Room> rooms = new ConcurrentHashMap<>();

    private record Key(long task, int epoch) {}

    /** Has to come before the claim is settled. */
    void keep(Claim claim, Result result) {
        if (result instanceof Answer answer && answer.room().keep(answer.body().length)) {
            rooms.put(new Key(claim.id(), claim.epoch()), answer.room());
        }
    }

    /** What came of a claim is stored, or was refused. */
    void stored(Claim claim) {
        if (!rooms.isEmpty()) {
            Answer.Room room = rooms.remove(new Key(claim.id(), claim.epoch()));
            if (room != null) {
                room.giveBack();
            }
        }
    }
}
