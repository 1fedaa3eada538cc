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

/** When calls end: a push for each result that has an address; what has none is held for its sender. */
final class ResultEnding implements Ending {
    private final Successors<Push> pushes;
    private final Consumer<Set<String>> heldFor;

    /** @param heldFor is told of clients for whom results have been held */
    ResultEnding(Successors<Push> pushes, Consumer<Set<String>> heldFor) {
        this.pushes = pushes;
        this.heldFor = heldFor;
    }

    @Override
    public Runnable ended(Connection connection, List<Ended> tasks) throws SQLException {
        List<Ended> calls = tasks.stream()
                .filter(task -> task.kind().equals(CallRunner.KIND))
                .toList();
        if (calls.isEmpty()) {
            return NOTHING_MORE;
        }
        Map<Long, Addresses.Address> addresses = Addresses.of(connection, calls);
        List<Intake.Item<Push>> toPush = new ArrayList<>();
        List<Held.Row> toHold = new ArrayList<>();
        for (Ended call : calls) {
            Addresses.Address address = addresses.get(call.id());
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
        Draft draft = new Draft(
                PushRunner.KIND, client, Push.name(end.task(), end.generation()), null, authority, 0, Duration.ZERO);
        return new Intake.Item<>(draft, new Push(end, url));
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
