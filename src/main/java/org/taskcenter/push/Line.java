package org.taskcenter.push;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.taskcenter.call.CallEnds.End;

/** One open connection, and what is under way over it. Guarded by its {@link Mailbox}. */
public final class Line {
    final Outlet outlet;
    final Map<End, Flight> flights = new LinkedHashMap<>();
    Set<String> clients = Set.of();
    boolean confirming;
    boolean closed;

    /** A result on its way over this line. */
    static final class Flight {
        final Held.Row row;
        final String id;
        boolean written;

        Flight(Held.Row row, String id) {
            this.row = row;
            this.id = id;
        }
    }

    Line(Outlet outlet) {
        this.outlet = outlet;
    }

    /**
     * How many more results may be sent.
     *
     * @param acknowledging clients whose results are under way until they are acknowledged; others' until they are written
     */
    int room(int window, long mostQueued, Set<String> acknowledging) {
        if (closed || outlet.queued() > mostQueued) {
            return 0;
        }
        int open = 0;
        for (Flight flight : flights.values()) {
            if (!flight.written || acknowledging.contains(flight.row.client())) {
                open++;
            }
        }
        return Math.max(0, window - open);
    }
}
