package org.taskcenter.api.admin;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.taskcenter.account.Audit;
import org.taskcenter.account.Profile;
import org.taskcenter.account.Scope;
import org.taskcenter.account.TokenProfile;
import org.taskcenter.monitor.TaskPage;
import org.taskcenter.monitor.TaskProfile;
import org.taskcenter.quota.Movement;
import org.taskcenter.upstream.Declaration;
import org.taskcenter.upstream.Declarations;
import org.taskcenter.upstream.Platforms;
import org.taskcenter.upstream.Upstream;

/** Things as the administration API shows them. */
final class Shapes {
    private Shapes() {}

    static <T> Map<String, Object> list(List<T> things, Function<T, Map<String, Object>> shape) {
        return Map.of("items", things.stream().map(shape).toList());
    }

    static Map<String, Object> account(Profile account) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("id", account.id());
        shape.put("name", account.name());
        shape.put("role", account.role().word());
        shape.put("enabled", account.enabled());
        shape.put("quota", account.quota());
        shape.put("used_quota", account.usedQuota());
        shape.put("from", account.from());
        shape.put("sources", account.sources());
        shape.put("return_url", account.returnUrl());
        return shape;
    }

    static Map<String, Object> token(TokenProfile token) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("id", token.id());
        shape.put("name", token.name());
        shape.put("main", token.main());
        shape.put("scopes", token.scopes().stream().sorted().map(Scope::word).toList());
        shape.put("created_at", time(token.createdAt()));
        shape.put("expires_at", time(token.expiresAt()));
        shape.put("last_used_at", time(token.lastUsedAt()));
        return shape;
    }

    static Map<String, Object> audit(Audit.Entry entry) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("id", entry.id());
        shape.put("at", time(entry.at()));
        shape.put("who", entry.who());
        shape.put("account_id", entry.account());
        shape.put("action", entry.action());
        shape.put("target", entry.target());
        shape.put("detail", entry.detail());
        shape.put("from", entry.from());
        shape.put("request", entry.request());
        return shape;
    }

    static Map<String, Object> movement(Movement movement) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("id", movement.id());
        shape.put("at", time(movement.at()));
        shape.put("amount", movement.amount());
        shape.put("balance", movement.balance());
        shape.put("reason", movement.reason());
        shape.put("task_id", movement.taskId());
        return shape;
    }

    static Map<String, Object> channel(Upstream channel) {
        Map<String, Long> price = new TreeMap<>();
        channel.price().forEach((action, cost) -> price.put(Platforms.shown(channel.platform(), action), cost));
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("id", channel.id());
        shape.put("name", channel.name());
        shape.put("platform", channel.platform());
        shape.put("base_url", channel.baseUrl());
        shape.put("priority", channel.priority());
        shape.put("weight", channel.weight());
        shape.put("price", price);
        shape.put("max_resubmissions", channel.maxResubmissions());
        shape.put("timeout_hours", channel.timeoutHours());
        shape.put("enabled", channel.enabled());
        return shape;
    }

    static Map<String, Object> platform(Declaration declaration) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("name", declaration.name());
        Declarations.json(declaration).properties().forEach(each -> shape.put(each.getKey(), each.getValue()));
        return shape;
    }

    static Map<String, Object> tasks(TaskPage page) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("items", page.items().stream().map(Shapes::taskInList).toList());
        shape.put("next", page.next().isPresent() ? page.next().getAsLong() : null);
        shape.put("total", page.total());
        shape.put("total_is_capped", page.totalIsCapped());
        return shape;
    }

    static Map<String, Object> task(TaskProfile task) {
        Map<String, Object> shape = taskInList(task);
        shape.put("attempts", task.attempts().stream().map(Shapes::attempt).toList());
        return shape;
    }

    private static Map<String, Object> taskInList(TaskProfile task) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("id", task.id());
        shape.put("kind", task.kind());
        shape.put("client", task.client());
        shape.put("client_id", task.clientId());
        shape.put("group", task.group());
        shape.put("state", task.state().word());
        shape.put("generation", task.generation());
        shape.put("attempt", task.attempt());
        shape.put("priority", task.priority());
        shape.put("accepted_at", time(task.acceptedAt()));
        shape.put("run_at", time(task.runAt()));
        shape.put("started_at", time(task.startedAt()));
        shape.put("ended_at", time(task.endedAt()));
        return shape;
    }

    private static Map<String, Object> attempt(TaskProfile.Try attempt) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("generation", attempt.generation());
        shape.put("number", attempt.number());
        shape.put("outcome", attempt.outcome());
        shape.put("code", attempt.code());
        shape.put("error", attempt.error());
        shape.put("took_ms", attempt.took().toMillis());
        shape.put("ended_at", time(attempt.endedAt()));
        shape.put("next_at", time(attempt.nextAt()));
        return shape;
    }

    private static String time(Instant time) {
        return time == null ? null : time.toString();
    }
}
