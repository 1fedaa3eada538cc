package org.taskcenter.api.admin;

import static org.taskcenter.api.admin.AdministratorsOnly.actor;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.taskcenter.account.Actor;
import org.taskcenter.account.Audit;
import org.taskcenter.api.Answers;
import org.taskcenter.api.Fields;
import org.taskcenter.dispatch.StoredPausedKinds;
import org.taskcenter.store.Database;

/** Which kinds of work are not started for the time being. */
@Path("/api/admin/dispatch")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@Administrative
public class DispatchResource {
    private static final List<String> KINDS = List.of("call", "push", "platform", "run", "job");

    @Inject
    Database database;

    @Inject
    StoredPausedKinds pausedKinds;

    @GET
    public Response get() throws SQLException {
        return shown(pausedKinds.read());
    }

    @PUT
    public Response put(@Context HttpServletRequest request, InputStream body) throws IOException, SQLException {
        Set<String> kinds = Fields.read(body).names("paused").orElseThrow(() -> Fields.wrong("paused", "is required"));
        if (!KINDS.containsAll(kinds)) {
            throw Fields.wrong("paused", "must be of " + String.join(", ", KINDS));
        }
        Actor actor = actor(request);
        database.transaction(connection -> {
            pausedKinds.replace(connection, kinds);
            Audit.write(connection, actor, "dispatch.change", "dispatch", "paused " + new TreeSet<>(kinds));
            return kinds;
        });
        pausedKinds.changed();
        return shown(kinds);
    }

    private static Response shown(Collection<String> kinds) {
        return Answers.ok(Map.of("paused", new TreeSet<>(kinds)));
    }
}
