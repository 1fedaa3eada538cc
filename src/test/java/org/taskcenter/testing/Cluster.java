package org.taskcenter.testing;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.taskcenter.store.Migration;

/** Members on one PostgreSQL, and a look at what they have done. */
public final class Cluster implements AutoCloseable {
    private static final String TEMPLATE = "with_schema";
    /** By server, the name of a database with the schema: a copy of it is there in a tenth of the time. */
    private static final Map<PostgresServer, String> TEMPLATES = new ConcurrentHashMap<>();

    private final PostgresServer server;
    private final String url;
    private final List<Member> members = new ArrayList<>();

    /** On a new database of a server. */
    public Cluster(PostgresServer server) throws SQLException {
        this.server = server;
        this.url = server.copyOf(TEMPLATES.computeIfAbsent(server, Cluster::template));
        execute("create table ending (task_id bigint, generation int, state text)");
    }

    private static String template(PostgresServer server) {
        new Migration(Pool.settings(server, server.createDatabase(TEMPLATE))).run();
        return TEMPLATE;
    }

    /** A member that joins. */
    public Member join(String name, Member.Options options) throws SQLException {
        Member member = Member.onPostgres(
                name, server, url, URI.create(url.substring("jdbc:".length())).getPort(), options);
        members.add(member);
        return member.start();
    }

    /** The first column of a query. */
    public List<String> column(String sql) {
        try (Connection connection = DriverManager.getConnection(url, server.user(), server.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public long number(String sql) {
        return Long.parseLong(column(sql).get(0));
    }

    /** How many tasks there are of which something holds. */
    public long tasks(String condition) {
        return number("select count(*) from task where " + condition);
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, server.user(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Tasks whose end was not noted exactly once. */
    public List<String> oddEnds() {
        return column("select id || ' ' || client_id || ': ' || task.state || ', ended ' || count(ending.task_id)"
                + " from task left join ending on task_id = id and ending.generation = task.generation"
                + " group by id having count(ending.task_id)"
                + " <> case when task.state in ('waiting', 'running') then 0 else 1 end"
                + " or bool_or(ending.state <> task.state)");
    }

    @Override
    public void close() {
        members.forEach(Member::close);
    }
}
