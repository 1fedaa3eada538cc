package org.taskcenter.ansible;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.taskcenter.dispatch.Announcer;
import org.taskcenter.dispatch.Cancellation;
import org.taskcenter.dispatch.Lanes;
import org.taskcenter.dispatch.Room;
import org.taskcenter.dispatch.Runner;
import org.taskcenter.playbook.Exit;
import org.taskcenter.playbook.NodeKeys;
import org.taskcenter.playbook.Order;
import org.taskcenter.playbook.Playbooks;
import org.taskcenter.secret.SealedColumn;
import org.taskcenter.secret.Vault;
import org.taskcenter.store.Database;
import org.taskcenter.store.Ids;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Ending;
import org.taskcenter.task.Queue;

/** What this member does with Ansible: takes runs in, plays them, ends them. */
public final class AnsibleWork implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Database database;
    private final Queue queue;
    private final Vault vault;
    private final Playbooks playbooks;
    private final Optional<NodeKeyring> keys;
    private final Plays plays;
    private final List<Runner> runners;

    /**
     * Puts it together; nothing happens before {@link #start}.
     *
     * @param playbooks what runs playbooks; null where this member cannot
     * @param keys where the SSH keys of single nodes are; empty where they have none of their own
     * @param mayWork whether this member may go on with what it has claimed
     */
    public AnsibleWork(
            Database database,
            Queue queue,
            Vault vault,
            Playbooks playbooks,
            Optional<NodeKeys> keys,
            Jobs jobs,
            BooleanSupplier mayWork,
            ThreadFactory threads) {
        this(database, queue, vault, playbooks, keys, jobs, mayWork, PATIENCE, threads);
    }

    /** @param patience how long a job may take to begin, and to settle */
    AnsibleWork(
            Database database,
            Queue queue,
            Vault vault,
            Playbooks playbooks,
            Optional<NodeKeys> keys,
            Jobs jobs,
            BooleanSupplier mayWork,
            Duration patience,
            ThreadFactory threads) {
        this.database = database;
        this.queue = queue;
        this.vault = vault;
        this.playbooks = playbooks;
        this.keys = keys.map(each -> new NodeKeyring(each::get, threads));
        this.plays = new Plays(new PlayStore(database, vault), this::play, mayWork, patience, threads);
        this.runners =
                List.of(new PlayRunner(PlayRunner.RUN, plays, jobs), new PlayRunner(PlayRunner.SHARE, plays, jobs));
    }

    /** The columns that are sealed. */
    public static List<SealedColumn> columns() {
        return List.of(Content.COLUMN);
    }

    /** All kinds of tasks that this room knows. */
    public static List<String> kinds() {
        return List.of(PlayRunner.RUN, PlayRunner.SHARE);
    }

    /** What is paused where these kinds are: with runs their shares. */
    public static Set<String> paused(Set<String> kinds) {
        if (!kinds.contains(PlayRunner.RUN)) {
            return kinds;
        }
        Set<String> all = new HashSet<>(kinds);
        all.add(PlayRunner.SHARE);
        return all;
    }

    /** Who does runs and shares; nobody where this member cannot. */
    public List<Runner> runners() {
        return runners;
    }

    /** What has to happen when runs and shares end, on each member. */
    public Ending ending() {
        return new RunEnds(queue);
    }

    /** Where jobs find what they are to do. */
    public Plays plays() {
        return plays;
    }

    /**
     * Hands in, asks, stops.
     *
     * @param mostForks what a run has at most, whatever it asks for
     */
    public Runs runs(Ids ids, Lanes lanes, Announcer announcer, Room room, Cancellation cancellation, int mostForks) {
        return new Runs(
                database,
                new Submissions(database, queue, ids, lanes, announcer, room, vault, mostForks),
                cancellation);
    }

    private void play(Claim claim, PlayStore.Begun work, Playbooks.Listener listener, Consumer<Playbooks.Running> began)
            throws Playbooks.Unavailable, InterruptedException {
        if (keys.isEmpty()) {
            began.accept(playbooks.start(order(claim, work, work.nodes(), Map.of(), work.left()), listener));
            return;
        }
        long start = System.nanoTime();
        NodeKeyring.Asking asking = keys.get().ask(work.nodes());
        began.accept(asking);
        Optional<NodeKeyring.Found> found = asking.await(work.left());
        Duration left = work.left().minusNanos(System.nanoTime() - start);
        if (found.isEmpty() || left.isNegative() || left.isZero()) {
            Exit.Cause cause = found.isEmpty() ? Exit.Cause.STOPPED : Exit.Cause.TIME_LIMIT;
            listener.ended(new Exit(cause, Map.of(), null));
            return;
        }
        Map<String, String> byNode = found.get().byNode();
        Keyless keyless = new Keyless(found.get().missing(), listener);
        keyless.tell();
        if (byNode.isEmpty()) {
            keyless.ended(new Exit(Exit.Cause.FINISHED, Map.of(), null));
        } else {
            began.accept(playbooks.start(order(claim, work, List.copyOf(byNode.keySet()), byNode, left), keyless));
        }
    }

    private static Order order(
            Claim claim, PlayStore.Begun work, List<String> nodes, Map<String, String> keys, Duration left) {
        Content content = work.content();
        return new Order(
                claim.id() + "." + claim.epoch(),
                new Order.Work(
                        Order.Work.Kind.valueOf(content.work().kind().name()),
                        content.work().text()),
                content.variables(),
                nodes.stream()
                        .map(node -> new Order.Node(node, Optional.ofNullable(keys.get(node))))
                        .toList(),
                content.user(),
                work.run().forks(),
                content.check(),
                content.tags(),
                content.skipTags(),
                left);
    }

    public void start() {
        plays.start();
    }

    @Override
    public void close() {
        plays.close();
        keys.ifPresent(NodeKeyring::close);
    }
}
