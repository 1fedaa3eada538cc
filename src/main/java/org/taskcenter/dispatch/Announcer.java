package org.taskcenter.dispatch;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.taskcenter.cluster.Wakeup;
import org.taskcenter.task.Draft;
import org.taskcenter.task.TaskState;

/** Tells this member's dispatcher and the other members of tasks that have just been stored. */
public final class Announcer {
    private volatile Dispatcher dispatcher;
    private volatile Wakeup wakeup;

    /** One that has nobody to tell yet. */
    public Announcer() {
        wakeup = Wakeup.NOBODY;
    }

    Announcer(Dispatcher dispatcher, Wakeup wakeup) {
        connect(dispatcher, wakeup);
    }

    /** Whom to tell from now on. */
    public void connect(Dispatcher toDispatcher, Wakeup toOthers) {
        dispatcher = toDispatcher;
        wakeup = toOthers;
    }

    /** Which of the tasks that a transaction under way is about to store this member can do at once. */
    Places foresee(long[] ids, Lanes.Lane[] laneOf, List<Draft> drafts) {
        return dispatcher == null ? Places.NONE : dispatcher.admission().foresee(ids, laneOf, drafts);
    }

    /** The foreseen ones of these are stored: work on them begins. */
    void adopt(Places places, long[] ids, TaskState[] states) {
        if (!places.claims().isEmpty()) {
            dispatcher.admission().adopt(places, places.stored(ids, states));
        }
    }

    /**
     * Tells of those of the tasks that wait.
     *
     * @param states what each was stored in, or null
     */
    public void announce(List<Draft> drafts, Lanes.Lane[] laneOf, TaskState[] states) {
        if (dispatcher == null) {
            return;
        }
        Map<Wakeup.Hint, Lanes.Lane> due = new HashMap<>();
        for (int i = 0; i < states.length; i++) {
            if (states[i] != TaskState.WAITING) {
                continue;
            }
            Draft draft = drafts.get(i);
            if (draft.isDue()) {
                due.put(new Wakeup.Hint(laneOf[i].number(), draft.priority()), laneOf[i]);
            } else {
                dispatcher.submitted(laneOf[i], draft.priority(), draft.delay());
            }
        }
        if (!due.isEmpty()) {
            due.forEach((hint, lane) -> dispatcher.submitted(lane, hint.priority(), Duration.ZERO));
            wakeup.waiting(List.copyOf(due.keySet()));
        }
    }
}
