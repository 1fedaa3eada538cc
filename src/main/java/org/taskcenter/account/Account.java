package org.taskcenter.account;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The row of an account. Its balance is not written through here: quota has its own way. */
@Entity
@Table(name = "account")
public class Account {
    @Id
    private long id;

    @Column(updatable = false)
    private String name;

    private String role;
    private boolean enabled;
    private boolean deleted;

    @Column(updatable = false)
    private long quota;

    @Column(name = "used_quota", updatable = false)
    private long usedQuota;

    @Column(name = "return_url")
    private String returnUrl;

    @Column(name = "webhook_secret")
    private byte[] webhookSecret;

    @Column(name = "webhook_secret_before")
    private byte[] webhookSecretBefore;

    @Column(name = "webhook_secret_before_until")
    private Instant webhookSecretBeforeUntil;

    @Column(name = "created_at", updatable = false)
    private Instant createdAt;

    @ElementCollection
    @CollectionTable(name = "account_from", joinColumns = @JoinColumn(name = "account_id"))
    @Column(name = "name")
    private Set<String> clients = new HashSet<>();

    @ElementCollection
    @CollectionTable(name = "account_source", joinColumns = @JoinColumn(name = "account_id"))
    @Column(name = "name")
    private Set<String> sources = new HashSet<>();

    /** For the persistence provider. */
    protected Account() {}

    Account(long id, NewAccount made, Instant now) {
        this.id = id;
        this.name = made.name();
        this.role = made.role().word();
        this.enabled = true;
        this.quota = made.quota();
        this.returnUrl = made.returnUrl();
        this.createdAt = now;
        this.clients.addAll(made.from());
        this.sources.addAll(made.sources());
    }

    long id() {
        return id;
    }

    String name() {
        return name;
    }

    Role role() {
        return Role.of(role).orElse(Role.USER);
    }

    boolean isDeleted() {
        return deleted;
    }

    /** Whether it administers administrators, now. */
    boolean isActiveRoot() {
        return role() == Role.ROOT && enabled && !deleted;
    }

    /** The client names of the Manager API that it may use. */
    Set<String> clients() {
        return clients;
    }

    /** The sources of the Channel API that it may use. */
    Set<String> sources() {
        return sources;
    }

    WebhookSecret.Stored webhookSecret() {
        return new WebhookSecret.Stored(webhookSecret, webhookSecretBefore, webhookSecretBeforeUntil);
    }

    void give(WebhookSecret.Stored secrets) {
        webhookSecret = secrets.current();
        webhookSecretBefore = secrets.before();
        webhookSecretBeforeUntil = secrets.beforeUntil();
    }

    void change(AccountChange change) {
        change.role().ifPresent(to -> role = to.word());
        change.enabled().ifPresent(to -> enabled = to);
        change.from().ifPresent(to -> replace(clients, to));
        change.sources().ifPresent(to -> replace(sources, to));
        change.returnUrl()
                .ifPresent(to -> returnUrl =
                        Optional.of(to).filter(url -> !url.isEmpty()).orElse(null));
    }

    void delete() {
        deleted = true;
        enabled = false;
    }

    Profile profile() {
        return new Profile(id, name, role(), enabled, quota, usedQuota, ordered(clients), ordered(sources), returnUrl);
    }

    private static void replace(Set<String> names, Set<String> by) {
        names.retainAll(by);
        names.addAll(by);
    }

    private static List<String> ordered(Set<String> names) {
        return names.stream().sorted().toList();
    }
}
