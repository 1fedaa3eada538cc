package org.taskcenter.api.admin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import org.taskcenter.account.Audit;
import org.taskcenter.api.Answers;

/** Who changed what. */
@Path("/api/admin/audit")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@Administrative
public class AuditResource {
    private static final int USUAL_LIMIT = 100;
    private static final int MOST = 1_000;

    @Inject
    Audit audit;

    @GET
    public Response list(@QueryParam("limit") String limit, @QueryParam("before") String before) throws SQLException {
        int most = (int) Math.min(MOST, QueryNumber.of("limit", limit, USUAL_LIMIT));
        return Answers.ok(
                Shapes.list(audit.read(most, QueryNumber.of("before", before, Long.MAX_VALUE)), Shapes::audit));
    }
}
