package org.taskcenter.system;

import java.util.List;

/**
 * Who may use which route. Every route of the program is in it, see {@link RouteTableTest}, and is tried with all kinds of
 * wrong tokens, see {@link StrangersIT}.
 */
final class RouteTable {
    static final List<Row> ROWS = List.of(
            open("ANY /error"),
            open("GET /metrics"),
            open("GET /openapi"),
            manager("POST /manager"),
            manager("POST /manager/"),
            manager("WS /manager/ws"),
            list("GET /api/task"),
            list("GET /api/task/self"),
            centre("POST /suno/submit/{action}"),
            centre("POST /suno/fetch"),
            centre("GET /suno/fetch/{id}"),
            centre("POST /platform/{platform}/submit/{action}"),
            centre("POST /platform/{platform}/fetch"),
            centre("GET /platform/{platform}/fetch/{id}"),
            channel("POST /api/run"),
            channel("POST /api/parallel_run"),
            channel("POST /api/stop"),
            channel("POST /api/check"),
            channel("POST /api/getlog"),
            admin("GET /api/admin/accounts"),
            admin("POST /api/admin/accounts"),
            admin("GET /api/admin/accounts/{id}"),
            admin("PATCH /api/admin/accounts/{id}"),
            admin("DELETE /api/admin/accounts/{id}"),
            admin("POST /api/admin/accounts/{id}/token"),
            admin("POST /api/admin/accounts/{id}/webhook-secret"),
            admin("GET /api/admin/accounts/{id}/tokens"),
            admin("POST /api/admin/accounts/{id}/tokens"),
            admin("DELETE /api/admin/accounts/{id}/tokens/{token}"),
            admin("POST /api/admin/accounts/{id}/quota"),
            admin("GET /api/admin/accounts/{id}/ledger"),
            admin("GET /api/admin/channels"),
            admin("POST /api/admin/channels"),
            admin("GET /api/admin/channels/{id}"),
            admin("PATCH /api/admin/channels/{id}"),
            admin("DELETE /api/admin/channels/{id}"),
            admin("GET /api/admin/platforms/{name}"),
            admin("PUT /api/admin/platforms/{name}"),
            admin("DELETE /api/admin/platforms/{name}"),
            admin("GET /api/admin/tasks"),
            admin("GET /api/admin/tasks/{id}"),
            admin("POST /api/admin/tasks/{id}/cancel"),
            admin("POST /api/admin/tasks/{id}/retry"),
            admin("GET /api/admin/audit"),
            admin("POST /api/admin/backup"),
            admin("GET /api/admin/dispatch"),
            admin("PUT /api/admin/dispatch"));

    private RouteTable() {}

    /**
     * A row.
     *
     * @param route as {@link Routes} finds it
     * @param scope what a token must have been made for; null: no token is needed
     * @param errors a pointer to what an error answer has at least
     * @param foreign a body that is about what is somebody else's; null: an account of the role user must not come in at all
     */
    record Row(String route, String scope, String errors, String foreign) {
        String method() {
            return isSocket() ? "GET" : route.substring(0, route.indexOf(' '));
        }

        /** Whether messages are sent there once a token has let somebody in. */
        boolean isSocket() {
            return route.startsWith("WS ");
        }

        /** The path, with a number for each of its parameters. */
        String path() {
            return route.substring(route.indexOf(' ') + 1).replaceAll("\\{[^}]*}", "1");
        }

        /** Whether each request has to tell whose it is; nobody's is answered as one without a token. */
        boolean tellsWhose() {
            return route.startsWith("GET /api/task");
        }

        @Override
        public String toString() {
            return route;
        }
    }

    private static Row open(String route) {
        return new Row(route, null, null, null);
    }

    private static Row manager(String route) {
        return new Row(
                route,
                "manager",
                "/code",
                "{\"message_type\":\"get_status\",\"parameters\":{\"from\":\"somebody-else\",\"id\":\"1\"}}");
    }

    private static Row list(String route) {
        return new Row(route, "centre", "/success", null);
    }

    private static Row centre(String route) {
        return new Row(route, "centre", "/code", "{}");
    }

    /** Whose source it is stands in a header, which {@link StrangersIT} sends with every request. */
    private static Row channel(String route) {
        return new Row(route, "channel", "/code", "{\"name\":\"somebody-else\",\"id\":1}");
    }

    private static Row admin(String route) {
        return new Row(route, "admin", "/success", null);
    }
}
