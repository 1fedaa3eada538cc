package org.taskcenter.api.centre;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;

/** Platforms by their names, in the shapes of {@link SunoResource}. */
@Path("/platform/{platform}")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class PlatformResource {
    @Inject
    Counter counter;

    @POST
    @Path("/submit/{action}")
    public void submit(
            @Context HttpServletRequest request,
            @PathParam("platform") String platform,
            @PathParam("action") String action,
            InputStream body,
            @Suspended AsyncResponse answer) {
        counter.submit(request, platform, action, body, answer);
    }

    @POST
    @Path("/fetch")
    public Response fetch(
            @Context HttpServletRequest request, @PathParam("platform") String platform, InputStream body) {
        return counter.fetch(request, platform, body);
    }

    @GET
    @Path("/fetch/{id}")
    public Response fetchOne(
            @Context HttpServletRequest request, @PathParam("platform") String platform, @PathParam("id") String id) {
        return counter.fetchOne(request, platform, id);
    }
}
