package org.taskcenter.call;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.taskcenter.dispatch.Runner.Why;
import org.taskcenter.gate.Exchange;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;

/** The claims that a runner has in hand, each with its exchange once something is sent for it, so that it can be stopped. */
public final class InHand {
    private final ConcurrentMap<Key, Item> items = new ConcurrentHashMap<>();

    /** A claim among all that were ever made: a member may hold a task anew while it still ends an earlier claim. */
    private record Key(long id, int epoch) {
        static Key of(Claim claim) {
            return new Key(claim.id(), claim.epoch());
        }
    }

    private static final class Item {
        private Exchange exchange;
        private Why why;
        private Runnable atEnd;

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

        synchronized void atEnd(Runnable what) {
            atEnd = what;
        }

        void end() {
            Runnable what;
            synchronized (this) {
                what = atEnd;
                atEnd = null;
            }
            if (what != null) {
                what.run();
            }
        }
    }

    /** A claim in hand, to its end. */
    public static final class Hold {
        private final Item item;

        private Hold(Item item) {
            this.item = item;
        }

        /** Why it is to be stopped; null where it is not. */
        public Why why() {
            return item.why();
        }

        /** What has to happen when the work on it is over. */
        void atEnd(Runnable what) {
            item.atEnd(what);
        }

        /** Something was sent for it; that is cancelled at once where a stop came before. */
        public void sent(Exchange exchange) {
            item.sent(exchange);
        }
    }

    /** Takes claims. */
    public void take(List<Claim> claims) {
        claims.forEach(claim -> items.put(Key.of(claim), new Item()));
    }

    /** A claim that was taken and is not done. */
    public Hold of(Claim claim) {
        Item item = items.get(Key.of(claim));
        return new Hold(item == null ? new Item() : item);
    }

    /** Stops the work on a claim, if it is in hand. */
    public void stop(Claim claim, Why why) {
        Item item = items.get(Key.of(claim));
        if (item != null) {
            item.stop(why);
        }
    }

    /** The work on a claim is over, and this came of it. */
    public void settle(Settlement settlement, Consumer<Settlement> settled) {
        done(settlement.claim());
        settled.accept(settlement);
    }

    /** The work on a claim is over. */
    void done(Claim claim) {
        Item item = items.remove(Key.of(claim));
        if (item != null) {
            item.end();
        }
    }
}
