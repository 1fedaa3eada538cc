package org.taskcenter.api.admin;

import static org.taskcenter.api.admin.AdministratorsOnly.actor;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
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
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.taskcenter.account.Accounts;
import org.taskcenter.account.Issued;
import org.taskcenter.account.NewToken;
import org.taskcenter.account.Scope;
import org.taskcenter.account.TokenProfile;
import org.taskcenter.api.Answers;
import org.taskcenter.api.Fields;

/** The tokens of an account. */
@Path("/api/admin/accounts/{id}/tokens")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@Administrative
public class TokensResource {
    @Inject
    Accounts accounts;

    @Inject
    Clock clock;

    @GET
    public Response list(@PathParam("id") long id) {
        return Answers.ok(Shapes.list(accounts.tokens(id), Shapes::token));
    }

    @POST
    public Response make(@Context HttpServletRequest request, @PathParam("id") long id, InputStream body)
            throws IOException {
        Fields fields = Fields.read(body);
        Instant end = fields.time("expires_at").orElse(null);
        if (end != null && !end.isAfter(clock.instant())) {
            throw Fields.wrong("expires_at", "has passed already");
        }
        NewToken made = new NewToken(fields.requiredText("name"), scopes(fields), end);
        Issued<TokenProfile> issued = accounts.makeToken(actor(request), id, made);
        Map<String, Object> data = Shapes.token(issued.made());
        data.put("token", issued.token());
        return Answers.created(data);
    }

    @DELETE
    @Path("/{token}")
    public Response delete(
            @Context HttpServletRequest request, @PathParam("id") long id, @PathParam("token") long token) {
        accounts.deleteToken(actor(request), id, token);
        return Answers.ok(null);
    }

    private static Set<Scope> scopes(Fields fields) {
        Set<Scope> scopes = fields.names("scopes")
                .map(words -> words.stream().map(TokensResource::scope).collect(Collectors.toSet()))
                .orElse(Scope.all());
        if (scopes.isEmpty()) {
            throw Fields.wrong("scopes", "must name at least one of manager, centre, channel and admin");
        }
        return scopes;
    }

    private static Scope scope(String word) {
        return Scope.of(word.toLowerCase(Locale.ROOT))
                .orElseThrow(() -> Fields.wrong("scopes", "must be of manager, centre, channel and admin"));
    }
}
