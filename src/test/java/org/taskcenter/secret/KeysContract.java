package org.taskcenter.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.taskcenter.secret.VaultTest.FIRST;
import static org.taskcenter.secret.VaultTest.SECOND;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskcenter.config.KeySettings;
import org.taskcenter.config.Secret;
import org.taskcenter.store.Database;
import org.taskcenter.testing.TestStore;

/** Which members may start, what a change of the key does, and when the old one can go, whatever the database. */
abstract class KeysContract {
    private static final Secret THIRD = VaultTest.key(3);
    private static final SealedColumn COLUMN = new SealedColumn("account", "id", "webhook_secret");
    private static final byte[] VALUE = {1, 2, 3};
    private DataSource source;
    private Database database;

    @TempDir
    private Path home;

    /** A database with the schema. */
    abstract TestStore store();

    @BeforeEach
    void begin() throws SQLException {
        source = store().pool();
        database = new Database(source);
        execute("delete from member");
        execute("delete from account");
        execute("update vault set current_key = null, changed_at = null, next_key = null, next_at = null,"
                + " old_key = null, ended_keys = ''");
    }

    @Test
    void withoutOneAKeyIsMadeAndKeptForItsOwnerAlone() throws Exception {
        byte[] sealed = start(null, null).seal(COLUMN, 1, VALUE);
        Path file = home.resolve("secret.key");
        assertThat(Files.readString(file)).matches("[A-Za-z0-9+/]{43}=\\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(start(null, null).open(COLUMN, 1, sealed)).isEqualTo(VALUE);
    }

    @Test
    void aKeyThatIsGoneIsNotReplacedByAnother() throws Exception {
        start(null, null);
        Files.delete(home.resolve("secret.key"));
        refused(null, null, "secret.key");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void aFileThatHoldsNoKeyStopsTheStart() throws Exception {
        Files.writeString(home.resolve("secret.key"), "AAAA");
        refused(null, null, "secret.key");
        Files.writeString(home.resolve("secret.key"), "no key");
        refused(null, null, "secret.key");
    }

    @Test
    void aMemberWithAnotherKeyDoesNotStart() throws Exception {
        start(FIRST, null);
        start(FIRST, null);
        String line = refused(SECOND, null, "TASKCENTER_SECRET_KEY");
        assertThat(line)
                .contains(new VaultKey(FIRST).fingerprint(), new VaultKey(SECOND).fingerprint())
                .doesNotContain(FIRST.value(), SECOND.value())
                .doesNotContain("\n");
        refused(SECOND, THIRD, "TASKCENTER_SECRET_KEY");
    }

    @Test
    void aKeyIsChangedWhileMembersRun() throws Exception {
        start(FIRST, null);
        member(1);
        refused(SECOND, FIRST, "TASKCENTER_SECRET_KEY_OLD");

        start(FIRST, SECOND);
        refused(SECOND, FIRST, "TASKCENTER_SECRET_KEY_OLD");
        ends(1);
        member(2);
        account(7, start(FIRST, SECOND).seal(COLUMN, 7, VALUE));

        Vault changed = start(SECOND, FIRST);
        member(3);
        refused(FIRST, SECOND, "TASKCENTER_SECRET_KEY");
        refused(SECOND, null, "TASKCENTER_SECRET_KEY_OLD");

        Resealing resealing = new Resealing(database, changed, List.of(COLUMN), Thread::new);
        assertThat(resealing.round()).isTrue();
        assertThat(resealing.round()).isFalse();
        // Member 2 may still seal with the old one.
        refused(SECOND, null, "TASKCENTER_SECRET_KEY_OLD");
        ends(2);
        assertThat(resealing.round()).isFalse();

        assertThat(start(SECOND, null).open(COLUMN, 7, stored(7))).isEqualTo(VALUE);
        refused(FIRST, SECOND, "TASKCENTER_SECRET_KEY");
        refused(FIRST, null, "TASKCENTER_SECRET_KEY");
    }

    @Test
    void membersThatHaveCrashedHoldNoChangeUpForLongerThanTheirLease() throws Exception {
        start(FIRST, null);
        member(1);
        refused(SECOND, FIRST, "TASKCENTER_SECRET_KEY_OLD");
        execute("update member set heartbeat_at = current_timestamp - interval '31' second");
        start(SECOND, FIRST);
    }

    @Test
    void aSecondChangeWaitsForTheEndOfTheFirst() throws Exception {
        start(FIRST, null);
        start(SECOND, FIRST);
        refused(THIRD, SECOND, "cannot be changed yet");
        assertThat(new Resealing(database, start(SECOND, FIRST), List.of(COLUMN), Thread::new).round())
                .isFalse();
        start(THIRD, SECOND);
    }

    @Test
    void allIsSealedAnewAndWhatCannotBeIsLeft() throws Exception {
        Vault first = start(FIRST, null);
        for (int i = 1; i <= 1_300; i++) {
            account(i, i % 3 == 0 ? null : first.seal(COLUMN, i, VALUE));
        }
        execute("update account set webhook_secret = (select webhook_secret from account where id = 1) where id = 700");
        byte[] foreign = stored(700);
        Resealing resealing = new Resealing(database, start(SECOND, FIRST), List.of(COLUMN), Thread::new);
        assertThat(resealing.round()).isTrue();
        assertThat(resealing.round()).isFalse();
        Vault second = start(SECOND, null);
        for (int i = 1; i <= 1_300; i++) {
            if (i % 3 != 0 && i != 700) {
                assertThat(second.open(COLUMN, i, stored(i))).isEqualTo(VALUE);
            }
        }
        assertThat(stored(700)).isEqualTo(foreign);
    }

    @Test
    void whatChangedMeanwhileIsNotOverwritten() throws Exception {
        account(7, start(FIRST, null).seal(COLUMN, 7, VALUE));
        Vault second = start(SECOND, FIRST);
        byte[] renewed = second.seal(COLUMN, 7, new byte[] {9});
        // Its connections: is a key being changed, who seals with the old one, what is there, and what shall be.
        Database racing = new Database(beforeConnection(4, () -> store(7, renewed)));
        new Resealing(racing, second, List.of(COLUMN), Thread::new).round();
        assertThat(stored(7)).isEqualTo(renewed);
    }

    private Vault start(Secret current, Secret other) throws SQLException, IOException {
        return new Keys(
                        database,
                        new KeySettings(Optional.ofNullable(current), Optional.ofNullable(other)),
                        new KeyFile(home),
                        Optional.of(Duration.ofSeconds(30)))
                .agree();
    }

    /** Fails with one line that names what to do something about. */
    private String refused(Secret current, Secret other, String what) {
        String[] line = new String[1];
        assertThatExceptionOfType(UnfitKey.class)
                .isThrownBy(() -> start(current, other))
                .satisfies(e -> line[0] = e.getMessage())
                .withMessageContaining(what)
                .withMessageNotContaining("\n");
        return line[0];
    }

    private void member(long id) throws SQLException {
        execute("insert into member values (" + id + ", 'host', 'alive', current_timestamp, current_timestamp)");
    }

    private void ends(long id) throws SQLException {
        execute("update member set state = 'retired' where id = " + id);
    }

    private void account(long id, byte[] sealed) throws SQLException {
        execute("insert into account (id, name, role, enabled, created_at) values (" + id + ", 'n" + id
                + "', 'user', true, current_timestamp)");
        store(id, sealed);
    }

    private int store(long id, byte[] sealed) throws SQLException {
        return database.statement(connection -> {
            try (var update = connection.prepareStatement("update account set webhook_secret = ? where id = ?")) {
                update.setBytes(1, sealed);
                update.setLong(2, id);
                return update.executeUpdate();
            }
        });
    }

    private byte[] stored(long id) throws SQLException {
        return database.statement(connection -> {
            try (var select = connection.prepareStatement("select webhook_secret from account where id = " + id);
                    var row = select.executeQuery()) {
                row.next();
                return row.getBytes(1);
            }
        });
    }

    private void execute(String sql) throws SQLException {
        database.statement(connection -> {
            try (var statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
    }

    private DataSource beforeConnection(int number, Callable<?> action) {
        AtomicInteger asked = new AtomicInteger();
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (asked.incrementAndGet() == number) {
                        action.call();
                    }
                    return method.invoke(source, arguments);
                });
    }
}
