package org.taskcenter.api.admin;

import static org.taskcenter.api.admin.AdministratorsOnly.actor;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.taskcenter.account.Actor;
import org.taskcenter.account.Audit;
import org.taskcenter.ansible.Runs;
import org.taskcenter.api.Answers;
import org.taskcenter.api.Fields;
import org.taskcenter.dispatch.Cancellation;
import org.taskcenter.dispatch.Retry;
import org.taskcenter.monitor.TaskLookup;
import org.taskcenter.monitor.TaskProfile;
import org.taskcenter.platform.PlatformTasks;
import org.taskcenter.platform.TooLittleQuota;
import org.taskcenter.task.Reopened;
import org.taskcenter.task.TaskState;

/** Tasks of all kinds. */
@Path("/api/admin/tasks")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@Administrative
public class TasksResource {
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final String PLATFORM = "platform";
    private static final String RUN = "run";
    private static final Set<String> RETRIED = Set.of("call", "push", PLATFORM);

    @Inject
    TaskLookup tasks;

    @Inject
    Retry retry;

    @Inject
    Cancellation cancellation;

    @Inject
    Runs runs;

    @Inject
    PlatformTasks platforms;

    @GET
    public Response list(@BeanParam TasksQuery query) throws SQLException {
        return Answers.ok(Shapes.tasks(tasks.list(query.filter(), query.after(), query.limit())));
    }

    @GET
    @Path("/{id}")
    public Response get(@PathParam("id") long id) throws SQLException {
        Optional<TaskProfile> task = tasks.find(id);
        return task.isPresent() ? Answers.ok(Shapes.task(task.get())) : unknown(id);
    }

    @POST
    @Path("/{id}/cancel")
    public Response cancel(@Context HttpServletRequest request, @PathParam("id") long id, InputStream body)
            throws IOException, SQLException {
        boolean force = Fields.readIfAny(body).flag("force").orElse(false);
        Optional<TaskProfile> task = tasks.find(id);
        if (task.isEmpty()) {
            return unknown(id);
        }
        if (task.get().state() == TaskState.RUNNING && !force) {
            return Answers.error(CONFLICT, "The task is running: force cancels it all the same");
        }
        return cancelled(task.get(), force, actor(request))
                ? get(id)
                : Answers.error(CONFLICT, "Nothing is left to cancel: the task has ended, or began just now");
    }

    private boolean cancelled(TaskProfile task, boolean force, Actor actor) throws SQLException {
        Cancellation.Record record = (connection, effects) -> Audit.write(
                connection, actor, "task.cancel", "task " + task.id(), task.kind() + " of " + task.client());
        return task.kind().equals(RUN)
                ? runs.cancel(task.id(), force, record)
                : !cancellation.cancel(List.of(task.id()), force, record).isEmpty();
    }

    @POST
    @Path("/{id}/retry")
    public Response retry(@Context HttpServletRequest request, @PathParam("id") long id) throws SQLException {
        Optional<TaskProfile> task = tasks.find(id);
        if (task.isEmpty()) {
            return unknown(id);
        }
        if (!RETRIED.contains(task.get().kind())) {
            return Answers.error(CONFLICT, "Tasks of kind " + task.get().kind() + " cannot be retried");
        }
        Actor actor = actor(request);
        boolean opened;
        try {
            opened = retry.retry(id, (connection, reopened) -> record(connection, actor, reopened));
        } catch (TooLittleQuota e) {
            return Answers.error(CONFLICT, e.getMessage());
        }
        return opened ? get(id) : Answers.error(CONFLICT, "The task is still open: only what has ended can be retried");
    }

    private void record(Connection connection, Actor actor, Reopened task) throws SQLException {
        if (task.kind().equals(PLATFORM)) {
            platforms.reopen(connection, task.id(), task.generation());
        }
        Audit.write(
                connection,
                actor,
                "task.retry",
                "task " + task.id(),
                task.kind() + " of " + task.client() + ", now generation " + task.generation());
    }

    private static Response unknown(long id) {
        return Answers.error(NOT_FOUND, "There is no task " + id);
    }
}
