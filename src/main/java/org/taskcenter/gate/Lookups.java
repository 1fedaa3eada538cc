package org.taskcenter.gate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Finds the addresses of host names, each name once for all who ask at the same time, and judges them. What is found is
 * used for some seconds; a name in steady use is looked up again beside its use, so that nobody waits for it.
 *
 * <p>Look-ups block a thread each, so they have threads of their own, and names of one domain (see {@link #domain}) may
 * have some of them only: a name server that hangs holds up its own names.
 */
final class Lookups {
    /** Asks a name server; blocks. */
    interface NameServer {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /**
     * What is known of a name.
     *
     * @param addresses those that may be connected to; empty where there are none
     * @param failure why there are none, else null
     */
    record Found(List<InetAddress> addresses, Failure.Kind failure, String reason) {
        static Found none(Failure.Kind failure, String reason) {
            return new Found(List.of(), failure, reason);
        }
    }

    /** The length of a country's label with its dot. */
    private static final int COUNTRY = 3;
    /** Below which countries give names to everybody, as in co.uk; of cities and the like few are called. */
    private static final Set<String> OPEN = Set.of(
            "ac", "ad", "co", "com", "ed", "edu", "firm", "gen", "go", "gob", "gouv", "gov", "gr", "gv", "id", "ind",
            "lg", "ltd", "me", "mil", "ne", "net", "nhs", "nom", "or", "org", "plc", "re", "res", "sch");

    private static final long FRESH_NANOS = 5_000_000_000L;
    private static final long USABLE_NANOS = 30_000_000_000L;

    private final AddressRules rules;
    private final NameServer server;
    private final Turns turns;
    private final ConcurrentHashMap<String, Name> names = new ConcurrentHashMap<>();

    Lookups(AddressRules rules, NameServer server, Turns turns) {
        this.rules = rules;
        this.server = server;
        this.turns = turns;
    }

    /**
     * @param host in lower case
     * @param then called once: before this returns where the name is known, else on a thread of the look-ups
     */
    void find(String host, Consumer<Found> then) {
        Name name;
        Step step;
        do {
            name = names.computeIfAbsent(host, h -> new Name());
            step = name.find(then);
        } while (step == null);
        if (step.ask) {
            start(host, name);
        }
        if (step.found != null) {
            then.accept(step.found);
        }
    }

    /** Drops the names that have not been used lately. */
    void tidy() {
        names.forEach((host, name) -> {
            if (name.forgetUnused()) {
                names.remove(host, name);
            }
        });
    }

    int size() {
        return names.size();
    }

    private void start(String host, Name name) {
        boolean started;
        try {
            started = turns.run(domain(host), () -> ask(host, name));
        } catch (RejectedExecutionException e) {
            started = false;
        }
        if (!started) {
            answer(host, name, Found.none(Failure.Kind.CONNECT, "too many host names are being looked up"));
        }
    }

    private void ask(String host, Name name) {
        Found found;
        try {
            found = judge(host, server.addresses(host));
        } catch (UnknownHostException e) {
            found = Found.none(Failure.Kind.CONNECT, "the host name " + host + " is unknown");
        } catch (RuntimeException e) {
            found = Found.none(Failure.Kind.CONNECT, "the host name " + host + " cannot be looked up");
        }
        answer(host, name, found);
    }

    private void answer(String host, Name name, Found found) {
        List<Consumer<Found>> waiting = name.answer(found);
        if (name.forgotten) {
            names.remove(host, name);
        }
        waiting.forEach(then -> then.accept(found));
    }

    private Found judge(String host, InetAddress[] addresses) {
        List<InetAddress> allowed = Arrays.stream(addresses)
                .filter(address -> rules.whyForbidden(address).isEmpty())
                .toList();
        if (!allowed.isEmpty() || addresses.length == 0) {
            return allowed.isEmpty()
                    ? Found.none(Failure.Kind.CONNECT, "the host name " + host + " has no address")
                    : new Found(allowed, null, null);
        }
        String kind = rules.whyForbidden(addresses[0]).orElseThrow();
        return Found.none(Failure.Kind.FORBIDDEN, Gate.forbidden("the host name " + host + " leads to " + kind));
    }

    /** What one owner has, in all likelihood: the last two labels, or three where countries give names away below co, com and the like. */
    static String domain(String host) {
        int last = host.lastIndexOf('.');
        int start = host.lastIndexOf('.', last - 1);
        boolean country = host.length() - last == COUNTRY;
        if (start >= 0 && country && OPEN.contains(host.substring(start + 1, last))) {
            start = host.lastIndexOf('.', start - 1);
        }
        return host.substring(start + 1);
    }

    /**
     * What to do now.
     *
     * @param found to be used, or null where the asker was put among the waiting
     * @param ask whether the name server is to be asked
     */
    private record Step(Found found, boolean ask) {}

    private static final class Name {
        private volatile Found found;
        private volatile long foundAt;
        private boolean asking;
        private volatile boolean forgotten;
        private List<Consumer<Found>> waiting = new ArrayList<>();

        /** Null where this name was forgotten meanwhile. */
        Step find(Consumer<Found> then) {
            Found known = found;
            if (known != null && System.nanoTime() - foundAt < FRESH_NANOS) {
                return new Step(known, false);
            }
            synchronized (this) {
                if (forgotten) {
                    return null;
                }
                if (!isUsable()) {
                    waiting.add(then);
                }
                boolean ask = !asking;
                asking = true;
                return new Step(isUsable() ? found : null, ask);
            }
        }

        synchronized List<Consumer<Found>> answer(Found now) {
            asking = false;
            boolean failed = now.failure == Failure.Kind.CONNECT;
            if (!failed || !isUsable()) { // a name server that is away for a moment takes nothing away
                foundAt = System.nanoTime();
                found = now;
                forgotten = failed;
            }
            List<Consumer<Found>> all = waiting;
            waiting = new ArrayList<>();
            return all;
        }

        synchronized boolean forgetUnused() {
            forgotten |= !asking && !isUsable();
            return forgotten;
        }

        private boolean isUsable() {
            return found != null && System.nanoTime() - foundAt < USABLE_NANOS;
        }
    }
}
