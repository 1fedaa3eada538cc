package org.taskcenter.api.admin;

import static org.taskcenter.api.admin.AdministratorsOnly.actor;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import org.taskcenter.api.Answers;
import org.taskcenter.api.Fields;
import org.taskcenter.upstream.Declarations;

/** Platforms that are declared. */
@Path("/api/admin/platforms/{name}")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@Administrative
public class PlatformsResource {
    private static final int NOT_FOUND = 404;

    @Inject
    Declarations declarations;

    @GET
    public Response get(@PathParam("name") String name) throws SQLException {
        return declarations
                .find(name)
                .map(declaration -> Answers.ok(Shapes.platform(declaration)))
                .orElseGet(() -> Answers.error(NOT_FOUND, "There is no declared platform of this name"));
    }

    @PUT
    public Response put(@Context HttpServletRequest request, @PathParam("name") String name, InputStream body)
            throws IOException, SQLException {
        return Answers.ok(Shapes.platform(
                declarations.put(actor(request), name, Fields.read(body).all())));
    }

    @DELETE
    public Response delete(@Context HttpServletRequest request, @PathParam("name") String name) throws SQLException {
        declarations.delete(actor(request), name);
        return Answers.ok(null);
    }
}
