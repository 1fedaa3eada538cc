package org.taskcenter.dispatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Draft;

/**
 * Gives places to tasks that are just being stored, so that the statement that stores them claims them as well, and the way over
 * the store falls away.
 */
final class Admission {
    /** With this many under way, what is handed in waits its turn. */
    static final int BUSY = 64;

    /** No transaction goes on for longer than this. */
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final Lock lock;
    private final Desk desk;
    private final Work work;
    private final Crew crew;
    /** Claims that a transaction under way may store, each with the time of its making. */
    private final Map<Long, Long> foreseen = new ConcurrentHashMap<>();

    /** What it has to know of its dispatcher. All but the last two are called with the lock held. */
    interface Desk {
        /** The incarnation that may begin work now, or 0. */
        long mayBegin();

        /** Whether tasks of a kind may be begun before all others: it is known, not paused, and none of it waits. */
        boolean isFree(String kind);

        /** Learns to which lane tasks belong. */
        void know(Lanes.Lane lane);

        /** How many tasks of a kind one client may have under way. */
        int clientMost(String kind);

        /** Whether an incarnation still may work. */
        boolean mayWork(long member);

        /** These claims have been stored, and nobody works on them; there may be more. */
        void lost(List<Claim> claims);
    }

    /** @param lock guards what the dispatcher knows */
    Admission(Lock lock, Desk desk, Work work, Crew crew) {
        this.lock = lock;
        this.desk = desk;
        this.work = work;
        this.crew = crew;
    }

    /**
     * Takes places for new tasks: for all of them that are due, or, where some would have to wait their turn, for none. Each claim
     * given is then to be handed to {@link #begin} or {@link #giveUp}.
     *
     * @param ids the ids that the tasks will have
     */
    Places reserve(long[] ids, Lanes.Lane[] laneOf, List<Draft> drafts) {
        lock.lock();
        try {
            long member = desk.mayBegin();
            if (member == 0 || work.running() + drafts.size() > BUSY) {
                return Places.NONE;
            }
            long now = System.nanoTime();
            List<Claim> claims = new ArrayList<>();
            for (int i = 0; i < ids.length; i++) {
                Draft draft = drafts.get(i);
                if (!draft.isDue()) {
                    continue;
                }
                desk.know(laneOf[i]);
                if (!hasPlace(draft, laneOf[i].number(), new HashMap<>())) {
                    claims.forEach(work::withdraw);
                    return Places.NONE;
                }
                Claim claim = Claim.first(ids[i], draft, laneOf[i].number());
                work.begin(claim, now);
                claims.add(claim);
            }
            return new Places(member, claims);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says which of the tasks that a transaction under way is about to store this member can do at once; that transaction then
     * claims them. What is stored of them is to be handed to {@link #adopt}; where nothing is, nothing has to be done.
     */
    Places foresee(long[] ids, Lanes.Lane[] laneOf, List<Draft> drafts) {
        lock.lock();
        try {
            long member = desk.mayBegin();
            if (member == 0) {
                return Places.NONE;
            }
            long now = System.nanoTime();
            Map<Object, Integer> taken = new HashMap<>();
            List<Claim> claims = new ArrayList<>();
            for (int i = 0; i < ids.length; i++) {
                Draft draft = drafts.get(i);
                int lane = laneOf[i].number();
                desk.know(laneOf[i]);
                if (draft.isDue() && hasPlace(draft, lane, taken)) {
                    shares(draft, lane).forEach(share -> taken.merge(share, 1, Integer::sum));
                    claims.add(Claim.first(ids[i], draft, lane));
                    foreseen.put(ids[i], now);
                }
            }
            return new Places(member, claims);
        } finally {
            lock.unlock();
        }
    }

    /** What a task takes a place of: its kind's, its client's and its lane's. */
    private static List<Object> shares(Draft draft, int lane) {
        return List.of(draft.kind(), List.of(draft.kind(), draft.client()), lane);
    }

    /** @param taken what is not under way yet and has places already, by its shares */
    private boolean hasPlace(Draft draft, int lane, Map<Object, Integer> taken) {
        String kind = draft.kind();
        List<Object> shares = shares(draft, lane);
        return desk.isFree(kind)
                && work.runningOf(kind) + taken.getOrDefault(shares.get(0), 0) < crew.most(kind)
                && work.runningFor(kind, draft.client()) + taken.getOrDefault(shares.get(1), 0) < desk.clientMost(kind)
                && work.room(lane) > taken.getOrDefault(shares.get(2), 0);
    }

    /** Begins work on reserved claims that have been stored. */
    void begin(Places places, List<Claim> stored) {
        if (!desk.mayWork(places.member())) {
            // Frozen for so long that others may have taken these already.
            giveUp(stored);
        } else if (!stored.isEmpty()) {
            crew.begin(stored);
        }
    }

    /** Frees the places of reserved claims that have not been stored, or may not have been. */
    void giveUp(List<Claim> claims) {
        claims.forEach(work::withdraw);
        desk.lost(List.of());
    }

    /** Begins work on those of the foreseen claims that have been stored. */
    void adopt(Places places, List<Claim> stored) {
        boolean begins;
        lock.lock();
        try {
            begins = desk.mayBegin() == places.member();
            if (begins) {
                long now = System.nanoTime();
                stored.forEach(claim -> work.begin(claim, now));
            }
        } finally {
            lock.unlock();
        }
        places.claims().forEach(claim -> foreseen.remove(claim.id()));
        if (!begins) {
            desk.lost(stored);
        } else if (!stored.isEmpty()) {
            crew.begin(stored);
        }
    }

    /** Claims that transactions under way may be storing. */
    Set<Long> foreseen() {
        foreseen.values().removeIf(made -> System.nanoTime() - made > LONGEST_NANOS);
        return foreseen.keySet();
    }
}
