package org.taskcenter.upstream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.taskcenter.account.Actor;
import org.taskcenter.account.Audit;
import org.taskcenter.secret.SealedColumn;
import org.taskcenter.secret.Vault;
import org.taskcenter.store.Database;
import org.taskcenter.store.OneNumber;

/** The channels: which there are, what they cost, which of them is chosen, and how administrators change them. */
public final class Upstreams {
    private static final SealedColumn KEY = new SealedColumn("upstream", "id", "sealed_key");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Long>> PRICE = new TypeReference<>() {};
    private static final String COLUMNS =
            "name, platform, base_url, priority, weight, price, max_resubmissions, timeout_hours, enabled, deleted";

    private final Database database;
    private final Vault vault;
    private final Declarations declarations;
    private final Function<URI, Optional<String>> whyForbidden;
    private final DoubleSupplier chance;
    private final Versions<SortedMap<Long, Upstream>> known;

    /** @param whyForbidden why an address must not be called, where it must not */
    public Upstreams(
            Database database, Vault vault, Declarations declarations, Function<URI, Optional<String>> whyForbidden) {
        this(
                database,
                vault,
                declarations,
                whyForbidden,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    Upstreams(
            Database database,
            Vault vault,
            Declarations declarations,
            Function<URI, Optional<String>> whyForbidden,
            DoubleSupplier chance) {
        this.database = database;
        this.vault = vault;
        this.declarations = declarations;
        this.whyForbidden = whyForbidden;
        this.chance = chance;
        this.known = new Versions<>(database, Upstreams::read, System::nanoTime);
    }

    /** The column that holds the keys sealed. */
    public static SealedColumn column() {
        return KEY;
    }

    /** All that have not been deleted, oldest first. Changes of other members are seen within a second. */
    public List<Upstream> all() throws SQLException {
        return known.get().values().stream()
                .filter(upstream -> !upstream.deleted())
                .toList();
    }

    /** One, deleted or not. Changes of other members are seen within a second. */
    public Optional<Upstream> find(long id) throws SQLException {
        return Optional.ofNullable(known.get().get(id));
    }

    /** @throws UpstreamRefusal where there is none, or it has been deleted */
    public Upstream get(long id) throws SQLException {
        return find(id).filter(upstream -> !upstream.deleted()).orElseThrow(() -> noSuch(id));
    }

    /**
     * The key of a channel, "" where it has none; empty where the channel has been deleted.
     *
     * @throws org.taskcenter.secret.CannotOpen where this member does not have the key that it is stored under
     */
    public Optional<String> key(Upstream upstream) throws SQLException {
        Optional<byte[]> sealed = database.statement(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select sealed_key from upstream where id = ? and not deleted")) {
                select.setLong(1, upstream.id());
                try (ResultSet row = select.executeQuery()) {
                    return row.next()
                            ? Optional.of(row.getBytes(1) == null ? new byte[0] : row.getBytes(1))
                            : Optional.empty();
                }
            }
        });
        return sealed.map(bytes ->
                bytes.length == 0 ? "" : new String(vault.open(KEY, upstream.id(), bytes), StandardCharsets.UTF_8));
    }

    /**
     * The channels that a new task may be submitted to, in the order in which they are to be tried: by priority, then by chance
     * in proportion to their weights.
     *
     * @param platform exactly as it is called
     * @param action as {@link Platforms#action} has it
     * @param backsOff whether a channel is to be left alone for the time being
     */
    public List<Upstream> order(String platform, String action, LongPredicate backsOff) throws SQLException {
        record Drawn(Upstream upstream, double lot) {}
        return known.get().values().stream()
                .filter(upstream -> upstream.enabled()
                        && !upstream.deleted()
                        && upstream.platform().equals(platform)
                        && upstream.price().containsKey(action)
                        && !backsOff.test(upstream.id()))
                .map(upstream -> new Drawn(upstream, lot(upstream.weight())))
                .sorted(Comparator.comparingLong(
                                (Drawn drawn) -> -drawn.upstream().priority())
                        .thenComparingDouble(Drawn::lot))
                .map(Drawn::upstream)
                .toList();
    }

    /** The first of several such lots is of each in proportion to its weight (exponential variables' race). */
    private double lot(long weight) {
        double random = -Math.log1p(-chance.getAsDouble());
        return weight == 0 ? Double.MAX_VALUE / 2 * (1 + random / Long.SIZE) : random / weight;
    }

    /**
     * Makes a channel: name, platform, base URL and price are needed.
     *
     * @throws UpstreamRefusal where something of it cannot be
     */
    public Upstream make(Actor actor, UpstreamChange made) throws SQLException {
        checkKey(made.key());
        return change(connection -> {
            Upstream nothing = new Upstream(nextId(connection), null, null, null, 0, 1, Map.of(), 1, 24, true, false);
            Upstream upstream = checked(connection, applied(nothing, made));
            store(
                    connection,
                    "insert into upstream (" + COLUMNS + ", id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    upstream);
            storeKey(connection, upstream.id(), made.key());
            Audit.write(connection, actor, "channel.create", target(upstream), told(upstream, made));
            return upstream;
        });
    }

    /**
     * Changes a channel; its platform stays.
     *
     * @throws UpstreamRefusal where there is none, or something of it cannot be
     */
    public Upstream change(Actor actor, long id, UpstreamChange changes) throws SQLException {
        checkKey(changes.key());
        return change(connection -> {
            Upstream before = current(connection, id);
            if (changes.platform().filter(to -> !to.equals(before.platform())).isPresent()) {
                throw UpstreamRefusal.wrong("platform cannot be changed: make another channel");
            }
            Upstream after = checked(connection, applied(before, changes));
            store(
                    connection,
                    "update upstream set name = ?, platform = ?, base_url = ?, priority = ?, weight = ?, price = ?,"
                            + " max_resubmissions = ?, timeout_hours = ?, enabled = ?, deleted = ? where id = ?",
                    after);
            storeKey(connection, id, changes.key());
            Audit.write(connection, actor, "channel.change", target(after), told(after, changes));
            return after;
        });
    }

    /**
     * Ends a channel for good, and forgets its key. Its tasks are for others to end.
     *
     * @throws UpstreamRefusal where there is none
     */
    public void delete(Actor actor, long id) throws SQLException {
        change(connection -> {
            Upstream upstream = current(connection, id);
            try (PreparedStatement update = connection.prepareStatement(
                    "update upstream set deleted = true, enabled = false, sealed_key = null where id = ?")) {
                update.setLong(1, id);
                update.executeUpdate();
            }
            Audit.write(connection, actor, "channel.delete", target(upstream), "");
            return null;
        });
    }

    private <T> T change(Database.Work<T> work) throws SQLException {
        try {
            return database.transaction(connection -> {
                Versions.countUp(connection);
                return work.on(connection);
            });
        } finally {
            // Also where it failed: a commit whose connection broke may have come through.
            known.forget();
        }
    }

    private static Upstream applied(Upstream before, UpstreamChange change) {
        String platform = change.platform().orElse(before.platform());
        return new Upstream(
                before.id(),
                change.name().orElse(before.name()),
                platform,
                change.baseUrl().map(Upstreams::withoutSlash).orElse(before.baseUrl()),
                change.priority().orElse(before.priority()),
                change.weight().orElse(before.weight()),
                change.price().map(price -> inOurWords(platform, price)).orElse(before.price()),
                change.maxResubmissions().orElse(before.maxResubmissions()),
                change.timeoutHours().orElse(before.timeoutHours()),
                change.enabled().orElse(before.enabled()),
                false);
    }

    private Upstream checked(Connection connection, Upstream upstream) throws SQLException {
        needed("name", upstream.name());
        needed("platform", upstream.platform());
        needed("base_url", upstream.baseUrl());
        if (upstream.price().isEmpty()) {
            throw UpstreamRefusal.wrong("price is required: an object that has a price for one action at least");
        }
        var served = declarations
                .actions(connection, upstream.platform())
                .orElseThrow(() -> UpstreamRefusal.wrong(
                        "platform must be suno or a declared one; there is no " + upstream.platform()));
        for (String action : upstream.price().keySet()) {
            if (!served.contains(action)) {
                throw UpstreamRefusal.wrong("price names " + action + ", which is no action of " + upstream.platform());
            }
        }
        checkUrl(upstream.baseUrl());
        return upstream;
    }

    private static void checkKey(Optional<String> key) {
        if (key.isPresent() && !key.get().chars().allMatch(each -> each >= ' ' && each <= '~')) {
            throw UpstreamRefusal.wrong(
                    "key must be printable ASCII characters alone: others cannot be sent in a header");
        }
    }

    private void checkUrl(String url) {
        try {
            URI uri = new URI(url);
            if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
                throw UpstreamRefusal.wrong("base_url must end with its path");
            }
            whyForbidden.apply(uri).ifPresent(why -> {
                throw UpstreamRefusal.wrong("base_url: " + why);
            });
        } catch (URISyntaxException e) {
            throw UpstreamRefusal.wrong("base_url is no URL");
        }
    }

    private static void needed(String field, String value) {
        if (value == null) {
            throw UpstreamRefusal.wrong(field + " is required");
        }
    }

    private static Map<String, Long> inOurWords(String platform, Map<String, Long> price) {
        Map<String, Long> ours = new TreeMap<>();
        price.forEach((action, cost) -> ours.put(platform == null ? action : Platforms.action(platform, action), cost));
        return ours;
    }

    private static String withoutSlash(String url) {
        int end = url.length();
        while (end > 0 && url.charAt(end - 1) == '/') {
            end--;
        }
        return url.substring(0, end);
    }

    private static String target(Upstream upstream) {
        return "channel " + upstream.id() + " (" + upstream.name() + ")";
    }

    private static String told(Upstream upstream, UpstreamChange change) {
        return "platform %s, base_url %s, priority %d, weight %d, price %s, max_resubmissions %d, timeout_hours %d, %s%s"
                .formatted(
                        upstream.platform(),
                        upstream.baseUrl(),
                        upstream.priority(),
                        upstream.weight(),
                        new TreeMap<>(upstream.price()),
                        upstream.maxResubmissions(),
                        upstream.timeoutHours(),
                        upstream.enabled() ? "enabled" : "disabled",
                        change.key().isPresent() ? ", another key" : "");
    }

    private static UpstreamRefusal noSuch(long id) {
        return UpstreamRefusal.notFound("There is no channel " + id);
    }

    /** Channels stay for ever, so this number was nobody's before. */
    private static long nextId(Connection connection) throws SQLException {
        return OneNumber.of(connection, "select coalesce(max(id), 0) + 1 from upstream");
    }

    private static Upstream current(Connection connection, long id) throws SQLException {
        Upstream upstream = read(connection).get(id);
        if (upstream == null || upstream.deleted()) {
            throw noSuch(id);
        }
        return upstream;
    }

    private static void store(Connection connection, String sql, Upstream upstream) throws SQLException {
        try (PreparedStatement store = connection.prepareStatement(sql)) {
            store.setString(1, upstream.name());
            store.setString(2, upstream.platform());
            store.setString(3, upstream.baseUrl());
            store.setLong(4, upstream.priority());
            store.setLong(5, upstream.weight());
            store.setString(6, JSON.writeValueAsString(upstream.price()));
            store.setInt(7, upstream.maxResubmissions());
            store.setInt(8, upstream.timeoutHours());
            store.setBoolean(9, upstream.enabled());
            store.setBoolean(10, upstream.deleted());
            store.setLong(11, upstream.id());
            store.executeUpdate();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a price that is no JSON", e);
        }
    }

    private void storeKey(Connection connection, long id, Optional<String> key) throws SQLException {
        if (key.isEmpty()) {
            return;
        }
        byte[] bytes = key.get().getBytes(StandardCharsets.UTF_8);
        try (PreparedStatement update =
                connection.prepareStatement("update upstream set sealed_key = ? where id = ?")) {
            update.setBytes(1, bytes.length == 0 ? null : vault.seal(KEY, id, bytes));
            update.setLong(2, id);
            update.executeUpdate();
        }
    }

    /** All by number, deleted ones too. */
    static SortedMap<Long, Upstream> read(Connection connection) throws SQLException {
        try (PreparedStatement select =
                        connection.prepareStatement("select " + COLUMNS + ", id from upstream order by id");
                ResultSet rows = select.executeQuery()) {
            SortedMap<Long, Upstream> all = new TreeMap<>();
            while (rows.next()) {
                all.put(
                        rows.getLong(11),
                        new Upstream(
                                rows.getLong(11),
                                rows.getString(1),
                                rows.getString(2),
                                rows.getString(3),
                                rows.getLong(4),
                                rows.getLong(5),
                                JSON.readValue(rows.getString(6), PRICE),
                                rows.getInt(7),
                                rows.getInt(8),
                                rows.getBoolean(9),
                                rows.getBoolean(10)));
            }
            return all;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored price that is no JSON", e);
        }
    }
}
