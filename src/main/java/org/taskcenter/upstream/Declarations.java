package org.taskcenter.upstream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.taskcenter.account.Actor;
import org.taskcenter.account.Audit;
import org.taskcenter.store.Database;

/** The platforms that are declared, by administrators. */
public final class Declarations {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Database database;
    private final Versions<SortedMap<String, Declaration>> known;

    public Declarations(Database database) {
        this.database = database;
        this.known = new Versions<>(database, Declarations::read, System::nanoTime);
    }

    /** One by its exact name. Changes of other members are seen within a second. */
    public Optional<Declaration> find(String name) throws SQLException {
        return Optional.ofNullable(known.get().get(name));
    }

    /** A declaration as JSON, as it can be handed in again. */
    public static JsonNode json(Declaration declaration) {
        return DeclarationWriter.json(declaration);
    }

    /**
     * Declares a platform, or declares it anew.
     *
     * @throws UpstreamRefusal where the declaration cannot be used, or no longer has an action that a channel has a price for
     */
    public Declaration put(Actor actor, String name, JsonNode json) throws SQLException {
        Declaration declaration = DeclarationReader.readNew(name, json);
        change(connection -> {
            for (Upstream upstream : Upstreams.read(connection).values()) {
                if (!upstream.deleted()
                        && upstream.platform().equals(name)
                        && !declaration.actions().containsAll(upstream.price().keySet())) {
                    throw UpstreamRefusal.conflict("Channel " + upstream.id() + " has a price for an action that is"
                            + " not among actions; take it from the price first");
                }
            }
            String text = DeclarationWriter.json(declaration).toString();
            if (write(connection, "update platform_declaration set declaration = ? where name = ?", text, name) == 0) {
                write(connection, "insert into platform_declaration (declaration, name) values (?, ?)", text, name);
            }
            Audit.write(connection, actor, "platform.put", "platform " + name, text);
            return null;
        });
        return declaration;
    }

    /**
     * Takes a declaration away.
     *
     * @throws UpstreamRefusal where there is none, it is built in, or channels are of this platform
     */
    public void delete(Actor actor, String name) throws SQLException {
        if (Platforms.SUNO.equals(name)) {
            throw UpstreamRefusal.conflict(name + " is built in and cannot be deleted");
        }
        change(connection -> {
            if (Upstreams.read(connection).values().stream()
                    .anyMatch(upstream ->
                            !upstream.deleted() && upstream.platform().equals(name))) {
                throw UpstreamRefusal.conflict("Channels are of this platform: delete them first");
            }
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from platform_declaration where name = ?")) {
                delete.setString(1, name);
                if (delete.executeUpdate() == 0) {
                    throw UpstreamRefusal.notFound("There is no declared platform " + name);
                }
            }
            Audit.write(connection, actor, "platform.delete", "platform " + name, "");
            return null;
        });
    }

    /** The actions of a platform as of now; empty where there is no such platform. */
    Optional<Set<String>> actions(Connection connection, String platform) throws SQLException {
        return Platforms.SUNO.equals(platform)
                ? Optional.of(Platforms.SUNO_ACTIONS)
                : Optional.ofNullable(read(connection).get(platform)).map(Declaration::actions);
    }

    private <T> void change(Database.Work<T> work) throws SQLException {
        try {
            database.transaction(connection -> {
                Versions.countUp(connection);
                return work.on(connection);
            });
        } finally {
            // Also where it failed: a commit whose connection broke may have come through.
            known.forget();
        }
    }

    private static int write(Connection connection, String sql, String text, String name) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(sql)) {
            write.setString(1, text);
            write.setString(2, name);
            return write.executeUpdate();
        }
    }

    private static SortedMap<String, Declaration> read(Connection connection) throws SQLException {
        try (PreparedStatement select =
                        connection.prepareStatement("select name, declaration from platform_declaration");
                ResultSet rows = select.executeQuery()) {
            SortedMap<String, Declaration> all = new TreeMap<>();
            while (rows.next()) {
                all.put(rows.getString(1), DeclarationReader.read(rows.getString(1), JSON.readTree(rows.getString(2))));
            }
            return all;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored declaration that is no JSON", e);
        }
    }
}
