package org.taskcenter.api.admin;

import static org.taskcenter.api.admin.AdministratorsOnly.actor;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;
import org.taskcenter.api.Answers;
import org.taskcenter.api.Fields;
import org.taskcenter.upstream.Tasks;
import org.taskcenter.upstream.UpstreamChange;
import org.taskcenter.upstream.Upstreams;

/** Channels to third parties. */
@Path("/api/admin/channels")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@Administrative
public class ChannelsResource {
    /** Keys may be whole JSON web tokens. */
    private static final int LONGEST_KEY = 4_096;

    private static final int MOST_RESUBMISSIONS = 100;
    private static final int MOST_HOURS = 24 * 365;
    private static final int HEAVIEST = 1_000_000;

    @Inject
    Upstreams upstreams;

    @Inject
    Tasks tasks;

    @GET
    public Response list() throws SQLException {
        return Answers.ok(Shapes.list(upstreams.all(), Shapes::channel));
    }

    @POST
    public Response make(@Context HttpServletRequest request, InputStream body) throws IOException, SQLException {
        return Answers.created(Shapes.channel(upstreams.make(actor(request), change(body))));
    }

    @GET
    @Path("/{id}")
    public Response get(@PathParam("id") long id) throws SQLException {
        return Answers.ok(Shapes.channel(upstreams.get(id)));
    }

    @PATCH
    @Path("/{id}")
    public Response change(@Context HttpServletRequest request, @PathParam("id") long id, InputStream body)
            throws IOException, SQLException {
        return Answers.ok(Shapes.channel(upstreams.change(actor(request), id, change(body))));
    }

    @DELETE
    @Path("/{id}")
    public Response delete(@Context HttpServletRequest request, @PathParam("id") long id) throws SQLException {
        upstreams.delete(actor(request), id);
        tasks.channelDeleted(id);
        return Answers.ok(null);
    }

    private static UpstreamChange change(InputStream body) throws IOException {
        Fields fields = Fields.read(body);
        OptionalLong priority = fields.signedNumber("priority");
        return new UpstreamChange(
                fields.text("name"),
                fields.text("platform"),
                fields.url("base_url"),
                fields.blankableText("key", LONGEST_KEY),
                priority.isPresent() ? Optional.of(priority.getAsLong()) : Optional.empty(),
                number(fields, "weight", 0, HEAVIEST),
                fields.numbers("price"),
                number(fields, "max_resubmissions", 0, MOST_RESUBMISSIONS).map(Long::intValue),
                number(fields, "timeout_hours", 1, MOST_HOURS).map(Long::intValue),
                fields.flag("enabled"));
    }

    private static Optional<Long> number(Fields fields, String field, long least, long most) {
        OptionalLong number = fields.number(field, least, most);
        return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
    }
}
