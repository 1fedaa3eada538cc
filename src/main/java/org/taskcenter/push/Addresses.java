package org.taskcenter.push;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.taskcenter.call.CallDetails;
import org.taskcenter.secret.CannotOpen;
import org.taskcenter.secret.Vault;
import org.taskcenter.task.Ended;

/** Where the results of calls are to go. */
final class Addresses {
    private static final String READ = """
            select given.id, call.account_id, call.return_path, call.return_address,
                   account.return_url
              from unnest(cast(? as bigint array)) as given (id)
              join call on call.task_id = given.id and given.id between 1 and 9223372036854775807
              left join account on account.id = call.account_id""";

    private static final String LISTENING = """
            select distinct client from listening join member on member.id = listening.member and member.state = 'alive'
             where client = any (?)""";

    /**
     * Where one result goes.
     *
     * @param account whose token the call was handed in with; 0 where that is not known
     * @param url null where there is none
     * @param held whether it is held for its sender, who is listening, in place of being pushed
     */
    record Address(long account, String url, boolean held) {}

    private record Known(long account, String returnPath, String returnUrl) {}

    private final Vault vault;

    /** @param vault opens what is sealed */
    Addresses(Vault vault) {
        this.vault = vault;
    }

    /** The addresses of the results of these calls, by task. */
    Map<Long, Address> of(Connection connection, List<Ended> calls) throws SQLException {
        Map<Long, Known> known = read(connection, calls);
        Set<String> listening = listening(connection, calls, known);
        Map<Long, Address> addresses = new HashMap<>();
        for (Ended call : calls) {
            Known its = known.get(call.id());
            if (its != null) {
                boolean own = its.returnPath() != null;
                String url = own ? its.returnPath() : its.returnUrl();
                boolean held = !own && listening.contains(call.client());
                addresses.put(call.id(), new Address(its.account(), url, held));
            }
        }
        return addresses;
    }

    private Map<Long, Known> read(Connection connection, List<Ended> calls) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(READ)) {
            Long[] ids = calls.stream().map(Ended::id).toArray(Long[]::new);
            select.setArray(1, connection.createArrayOf("bigint", ids));
            try (ResultSet rows = select.executeQuery()) {
                Map<Long, Known> known = new HashMap<>();
                while (rows.next()) {
                    known.put(rows.getLong(1), known(rows));
                }
                return known;
            }
        }
    }

    /** What does not open is no address: the result is held, and can be asked for. */
    private Known known(ResultSet row) throws SQLException {
        long call = row.getLong(1);
        try {
            String own = vault.openText(CallDetails.RETURN_ADDRESS, call, row.getBytes(4), row.getString(3));
            return new Known(row.getLong(2), own, row.getString(5));
        } catch (CannotOpen e) {
            PushLog.LOG.noAddress(call, e.getMessage());
            return new Known(row.getLong(2), null, null);
        }
    }

    /** Of the clients whose results would go to the URL of their account: those that have a WebSocket open. */
    private static Set<String> listening(Connection connection, List<Ended> calls, Map<Long, Known> known)
            throws SQLException {
        Set<String> clients = new HashSet<>();
        for (Ended call : calls) {
            Known its = known.get(call.id());
            if (its != null && its.returnPath() == null && its.returnUrl() != null) {
                clients.add(call.client());
            }
        }
        if (clients.isEmpty()) {
            return Set.of();
        }
        try (PreparedStatement select = connection.prepareStatement(LISTENING)) {
            select.setArray(1, connection.createArrayOf("varchar", new ArrayList<>(clients).toArray(String[]::new)));
            try (ResultSet rows = select.executeQuery()) {
                Set<String> listening = new HashSet<>();
                while (rows.next()) {
                    listening.add(rows.getString(1));
                }
                return listening;
            }
        }
    }
}
