package org.taskcenter.call;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.taskcenter.dispatch.Runner.Why;
import org.taskcenter.gate.Exchange;
import org.taskcenter.task.Claim;

/** The claims that a runner has in hand, each with its exchange once something is sent for it, so that it can be stopped. */
public final class InHand {
    private final ConcurrentMap<Long, Item> items = new ConcurrentHashMap<>();

    private static final class Item {
        final Claim claim;
        private Exchange exchange;
        private Why why;

        Item(Claim claim) {
            this.claim = claim;
        }

        void stop(Why reason) {
            Exchange running;
            synchronized (this) {
                why = reason;
                running = exchange;
            }
            if (running != null) {
                running.cancel();
            }
        }

        void sent(Exchange running) {
            boolean late;
            synchronized (this) {
                exchange = running;
                late = why != null;
            }
            if (late) {
                running.cancel();
            }
        }

        synchronized Why why() {
            return why;
        }
    }

    /** A claim in hand, to its end, also when it is no longer the task's latest one here. */
    public static final class Hold {
        private final Item item;

        private Hold(Item item) {
            this.item = item;
        }

        /** Why it is to be stopped; null where it is not. */
        public Why why() {
            return item.why();
        }

        /** Something was sent for it; that is cancelled at once where a stop came before. */
        public void sent(Exchange exchange) {
            item.sent(exchange);
        }
    }

    /** Takes claims. */
    public void take(List<Claim> claims) {
        claims.forEach(claim -> items.put(claim.id(), new Item(claim)));
    }

    /** A claim that was taken and is not done. */
    public Hold of(Claim claim) {
        Item item = items.get(claim.id());
        return new Hold(item != null && item.claim.epoch() == claim.epoch() ? item : new Item(claim));
    }

    /** Stops the work on a claim, if it is in hand. */
    public void stop(Claim claim, Why why) {
        Item item = items.get(claim.id());
        if (item != null && item.claim.epoch() == claim.epoch()) {
            item.stop(why);
        }
    }

    /** The work on a claim is over. */
    public void done(Claim claim) {
        items.computeIfPresent(claim.id(), (id, item) -> item.claim.epoch() == claim.epoch() ? null : item);
    }
}
