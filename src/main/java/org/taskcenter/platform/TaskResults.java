package org.taskcenter.platform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.taskcenter.call.CallEnds.End;
import org.taskcenter.push.Results;

/**
 * What is pushed to the return_url of an account when a task of a platform has ended: the very answer to asking after that task,
 * with its platform.
 */
public final class TaskResults implements Results {
    private static final String CLIENT = "account:";

    /** The account that a client's name among the engine's tasks stands for; empty where it is none of a platform's. */
    public static OptionalLong account(String client) {
        if (!client.startsWith(CLIENT) || !client.substring(CLIENT.length()).matches("\\d{1,18}")) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(client.substring(CLIENT.length())));
    }

    /** Whose share of the work an account's tasks get, and by whose secret their results are signed. */
    static String client(long account) {
        return CLIENT + account;
    }

    @Override
    public String kind() {
        return PlatformRunner.KIND;
    }

    @Override
    public Map<Long, String> addresses(Connection connection, List<Long> tasks) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select p.id, a.return_url from platform_task p join account a on a.id = p.account_id
                 where p.id = any (?) and a.return_url is not null""")) {
            select.setArray(1, connection.createArrayOf("bigint", tasks.toArray(Long[]::new)));
            try (ResultSet rows = select.executeQuery()) {
                Map<Long, String> urls = new HashMap<>();
                while (rows.next()) {
                    urls.put(rows.getLong(1), rows.getString(2));
                }
                return urls;
            }
        }
    }

    @Override
    public Optional<Integer> length(Connection connection, End end) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select octet_length(data) from platform_task where id = ?")) {
            select.setLong(1, end.task());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getInt(1)) : Optional.empty();
            }
        }
    }

    @Override
    public Optional<byte[]> message(Connection connection, End end) throws SQLException {
        Row row = Rows.read(connection, List.of(end.task())).get(end.task());
        if (row == null) {
            return Optional.empty();
        }
        TaskView view = TaskView.read(
                        connection, row.account(), row.platform(), List.of(row.taskId()), Integer.MAX_VALUE)
                .get(row.taskId());
        String word = row.platform().equals(Suno.NAME) ? Suno.wordOf(row.action()) : row.action();
        ObjectNode message = Words.JSON.createObjectNode();
        message.put("code", "success");
        message.put("message", "");
        message.set("data", view.json(word).put("platform", row.platform()));
        return Optional.of(message.toString().getBytes(StandardCharsets.UTF_8));
    }
}
