package org.taskcenter.push;

import java.net.URI;
import java.net.URISyntaxException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.taskcenter.call.CallEnds.End;
import org.taskcenter.call.CallRunner;
import org.taskcenter.dispatch.Intake;
import org.taskcenter.dispatch.Successors;
import org.taskcenter.task.Draft;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Ending;

/** When tasks end: a push for each result that has an address; of calls, what has none is held for its sender. */
final class ResultEnding implements Ending {
    private final Successors<Push> pushes;
    private final List<Results> others;
    private final Addresses addresses;
    private final Consumer<Set<String>> heldFor;

    /**
     * @param others results of tasks that are no calls
     * @param addresses where results of calls go
     * @param heldFor is told of clients for whom results have been held
     */
    ResultEnding(Successors<Push> pushes, List<Results> others, Addresses addresses, Consumer<Set<String>> heldFor) {
        this.pushes = pushes;
        this.others = others;
        this.addresses = addresses;
        this.heldFor = heldFor;
    }

    @Override
    public Runnable ended(Connection connection, List<Ended> tasks) throws SQLException {
        List<Ended> calls = tasks.stream()
                .filter(task -> task.kind().equals(CallRunner.KIND))
                .toList();
        List<Intake.Item<Push>> toPush = new ArrayList<>();
        for (Results results : others) {
            addOthers(connection, results, tasks, toPush);
        }
        if (calls.isEmpty()) {
            return store(connection, toPush, List.of());
        }
        Map<Long, Addresses.Address> known = addresses.of(connection, calls);
        List<Held.Row> toHold = new ArrayList<>();
        for (Ended call : calls) {
            Addresses.Address address = known.get(call.id());
            if (address != null) {
                End end = new End(call.id(), call.generation(), call.state());
                String authority = authority(address.url());
                if (authority == null || address.held()) {
                    toHold.add(new Held.Row(call.client(), end, address.account(), address.url()));
                } else {
                    toPush.add(push(call.client(), end, address.url(), authority));
                }
            }
        }
        return store(connection, toPush, toHold);
    }

    private static void addOthers(
            Connection connection, Results results, List<Ended> tasks, List<Intake.Item<Push>> toPush)
            throws SQLException {
        List<Ended> theirs = tasks.stream()
                .filter(task -> task.kind().equals(results.kind()))
                .toList();
        if (theirs.isEmpty()) {
            return;
        }
        Map<Long, String> urls =
                results.addresses(connection, theirs.stream().map(Ended::id).toList());
        for (Ended task : theirs) {
            String url = urls.get(task.id());
            String authority = authority(url);
            if (authority != null) {
                End end = new End(task.id(), task.generation(), task.state());
                toPush.add(push(task.client(), new Push(end, url, task.kind()), authority));
            }
        }
    }

    private Runnable store(Connection connection, List<Intake.Item<Push>> toPush, List<Held.Row> toHold)
            throws SQLException {
        Runnable told = toPush.isEmpty() ? NOTHING_MORE : pushes.add(connection, toPush);
        if (toHold.isEmpty()) {
            return told;
        }
        Held.add(connection, toHold);
        Set<String> clients = toHold.stream().map(Held.Row::client).collect(Collectors.toSet());
        return () -> {
            told.run();
            heldFor.accept(clients);
        };
    }

    static Intake.Item<Push> push(String client, End end, String url, String authority) {
        return push(client, new Push(end, url, CallRunner.KIND), authority);
    }

    private static Intake.Item<Push> push(String client, Push push, String authority) {
        String name = Push.name(push.of().task(), push.of().generation());
        Draft draft = new Draft(PushRunner.KIND, client, name, null, authority, 0, Duration.ZERO);
        return new Intake.Item<>(draft, push);
    }

    /** Host and port of a URL; null where there is none. */
    static String authority(String url) {
        if (url == null) {
            return null;
        }
        try {
            URI uri = new URI(url);
            if (uri.getHost() == null) {
                return null;
            }
            return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
