package org.taskcenter.api.admin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import org.taskcenter.account.Accounts;
import org.taskcenter.api.Answers;
import org.taskcenter.api.Refused;
import org.taskcenter.quota.Ledger;
import org.taskcenter.store.Database;

/** Each movement of an account's balance, also of a deleted one's. */
@Path("/api/admin/accounts/{id}/ledger")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@Administrative
public class LedgerResource {
    private static final int USUAL_LIMIT = 100;
    private static final int MOST = 1_000;

    @Inject
    Accounts accounts;

    @Inject
    Ledger ledger;

    @Inject
    Database database;

    @GET
    public Response list(
            @PathParam("id") long id, @QueryParam("limit") String limit, @QueryParam("before") String before)
            throws SQLException {
        int most = (int) Math.min(MOST, QueryNumber.of("limit", limit, USUAL_LIMIT));
        long end = QueryNumber.of("before", before, Long.MAX_VALUE);
        if (!accounts.isKnown(id)) {
            throw new Refused(404, "There is no account " + id);
        }
        return Answers.ok(Shapes.list(
                database.statement(connection -> ledger.movements(connection, id, most, end)), Shapes::movement));
    }
}
