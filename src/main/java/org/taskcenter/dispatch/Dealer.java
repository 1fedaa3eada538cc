package org.taskcenter.dispatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.taskcenter.task.Share;

/** Deals out the places that are free to what waits, each kind's by a {@link FairShare} of its own. */
final class Dealer {
    private static final int MOST_LANES_AT_ONCE = 400;

    private final Backlogs backlogs;
    private final Crew crew;
    private final Work work;
    private final Map<String, FairShare> fairShares = new HashMap<>();

    Dealer(Backlogs backlogs, Crew crew, Work work) {
        this.backlogs = backlogs;
        this.crew = crew;
        this.work = work;
    }

    /**
     * What is to be claimed now.
     *
     * @param most how many tasks of a kind may be begun at once, whatever places there are
     * @param paused kinds of which nothing is begun
     */
    List<Share> deal(int most, Set<String> paused) {
        List<Share> shares = new ArrayList<>();
        for (String kind : crew.kinds()) {
            int places = Math.min(most, crew.most(kind) - work.runningOf(kind));
            if (places > 0 && !paused.contains(kind)) {
                int clientMost = clientMost(kind);
                shares.addAll(fairShares
                        .computeIfAbsent(kind, name -> new FairShare())
                        .deal(
                                places,
                                backlogs.next(kind, MOST_LANES_AT_ONCE, work::room),
                                client -> clientMost - work.runningFor(kind, client)));
            }
        }
        return shares;
    }

    /** How many tasks of a kind one client may have under way: targets that hang may take its places; some are left for the others. */
    int clientMost(String kind) {
        return Math.max(1, crew.most(kind) * 3 / 4);
    }
}
