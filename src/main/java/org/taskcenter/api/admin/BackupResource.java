package org.taskcenter.api.admin;

import static org.taskcenter.api.admin.AdministratorsOnly.actor;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.taskcenter.account.Actor;
import org.taskcenter.account.Audit;
import org.taskcenter.api.Answers;
import org.taskcenter.store.Backups;
import org.taskcenter.store.Database;

/** Takes backups of the embedded database. */
@Path("/api/admin/backup")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@Administrative
public class BackupResource {
    private static final int CONFLICT = 409;

    @Inject
    Backups backups;

    @Inject
    Database database;

    @POST
    public Response take(@Context HttpServletRequest request) throws IOException, SQLException {
        if (!backups.isPossible()) {
            return Answers.error(CONFLICT, "PostgreSQL is backed up with its own tools: pg_dump, or pg_basebackup");
        }
        Actor actor = actor(request);
        Optional<Backups.Backup> taken = backups.take();
        if (taken.isEmpty()) {
            return Answers.error(CONFLICT, "A backup is being taken already");
        }
        String file = taken.get().file().toString();
        database.transaction(connection -> {
            Audit.write(connection, actor, "backup.take", "database", file);
            return file;
        });
        return Answers.created(Map.of("file", file, "bytes", taken.get().bytes()));
    }
}
