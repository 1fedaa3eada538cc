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
import org.taskcenter.api.Fields;

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
        int most = (int) Math.min(MOST, number("limit", limit, USUAL_LIMIT));
        return Answers.ok(Shapes.list(audit.read(most, number("before", before, Long.MAX_VALUE)), Shapes::audit));
    }

    private static long number(String name, String text, long usual) {
        if (text == null || text.isBlank()) {
            return usual;
        }
        try {
            long number = Long.parseLong(text.strip());
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw Fields.wrong(name, "must be a whole number");
        }
        throw Fields.wrong(name, "must not be negative");
    }
}
