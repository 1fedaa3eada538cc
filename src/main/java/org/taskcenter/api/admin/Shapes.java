package org.taskcenter.api.admin;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.taskcenter.account.Audit;
import org.taskcenter.account.Profile;
import org.taskcenter.account.Scope;
import org.taskcenter.account.TokenProfile;

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
        return shape;
    }

    private static String time(Instant time) {
        return time == null ? null : time.toString();
    }
}
