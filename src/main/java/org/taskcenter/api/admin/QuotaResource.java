package org.taskcenter.api.admin;

import static org.taskcenter.api.admin.AdministratorsOnly.actor;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
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
import java.util.Map;
import java.util.OptionalLong;
import org.taskcenter.account.Accounts;
import org.taskcenter.account.Actor;
import org.taskcenter.account.Audit;
import org.taskcenter.account.Profile;
import org.taskcenter.account.Role;
import org.taskcenter.api.Answers;
import org.taskcenter.api.Fields;
import org.taskcenter.quota.Ledger;
import org.taskcenter.store.Database;

/** What an account may spend. */
@Path("/api/admin/accounts/{id}/quota")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@Administrative
public class QuotaResource {
    private static final int FORBIDDEN = 403;
    private static final int CONFLICT = 409;

    @Inject
    Accounts accounts;

    @Inject
    Ledger ledger;

    @Inject
    Database database;

    @POST
    public Response grant(@Context HttpServletRequest request, @PathParam("id") long id, InputStream body)
            throws IOException, SQLException {
        Fields fields = Fields.read(body);
        long amount = fields.signedNumber("amount").orElseThrow(() -> Fields.wrong("amount", "is required"));
        String reason = fields.text("reason").orElse("grant");
        Actor actor = actor(request);
        Profile account = accounts.get(id);
        if (account.role().includes(Role.ADMIN) && actor.caller().role() != Role.ROOT) {
            return Answers.error(FORBIDDEN, "Only root changes the quota of administrators");
        }
        OptionalLong quota = database.transaction(connection -> {
            OptionalLong after = ledger.grant(connection, id, amount, reason);
            if (after.isPresent()) {
                Audit.write(
                        connection,
                        actor,
                        "quota.grant",
                        "account " + id + " (" + account.name() + ")",
                        amount + ", now " + after.getAsLong() + ": " + reason);
            }
            return after;
        });
        return quota.isPresent()
                ? Answers.ok(Map.of("quota", quota.getAsLong()))
                : Answers.error(CONFLICT, "The quota would fall below 0, or grow beyond what a number can hold");
    }
}
