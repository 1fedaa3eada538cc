package org.taskcenter.dispatch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.taskcenter.task.Share;

/**
 * Deals out free places: first evenly among clients, then evenly among the lanes of each. What one cannot use goes to the
 * others, so a client alone gets everything; who comes first in the dealing moves on with every turn. One for each kind.
 */
final class FairShare {
    private int turn;

    /**
     * A lane that has something to do.
     *
     * @param priority the highest priority in which something waits
     * @param room how many of its tasks could be begun, by its window
     */
    record Wanting(int lane, int priority, String client, int room) {}

    /**
     * @param places how many tasks may be begun in all
     * @param clientPlaces how many more one client may have, by what it has in work already
     */
    List<Share> deal(int places, List<Wanting> lanes, ToIntFunction<String> clientPlaces) {
        Map<String, List<Wanting>> byClient = new LinkedHashMap<>();
        for (Wanting lane : lanes) {
            if (lane.room() > 0) {
                byClient.computeIfAbsent(lane.client(), client -> new ArrayList<>())
                        .add(lane);
            }
        }
        if (byClient.isEmpty() || places <= 0) {
            return List.of();
        }
        turn++;
        List<String> clients = new ArrayList<>(byClient.keySet());
        int[] wants = new int[clients.size()];
        for (int i = 0; i < wants.length; i++) {
            int room = byClient.get(clients.get(i)).stream()
                    .mapToInt(Wanting::room)
                    .sum();
            wants[i] = Math.min(room, Math.max(0, clientPlaces.applyAsInt(clients.get(i))));
        }
        int[] given = spread(places, wants, turn);
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < wants.length; i++) {
            List<Wanting> own = byClient.get(clients.get(i));
            // Divided, so that a client whose turn comes every second time does not meet the same lane each time.
            int[] dealt = spread(given[i], own.stream().mapToInt(Wanting::room).toArray(), turn / wants.length);
            for (int j = 0; j < dealt.length; j++) {
                if (dealt[j] > 0) {
                    shares.add(new Share(own.get(j).lane(), own.get(j).priority(), dealt[j]));
                }
            }
        }
        return shares;
    }

    /** Spreads places evenly over wants, none getting more than it wants; odd ones go round from {@code first}. */
    static int[] spread(int places, int[] wants, int first) {
        int[] given = new int[wants.length];
        int left = places;
        while (left > 0) {
            int hungry = 0;
            for (int i = 0; i < wants.length; i++) {
                if (given[i] < wants[i]) {
                    hungry++;
                }
            }
            if (hungry == 0) {
                break;
            }
            int each = Math.max(1, left / hungry);
            for (int k = 0; k < wants.length && left > 0; k++) {
                int i = Math.floorMod(first + k, wants.length);
                int more = Math.min(Math.min(each, wants[i] - given[i]), left);
                given[i] += more;
                left -= more;
            }
        }
        return given;
    }
}
