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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.taskcenter.account.AccountChange;
import org.taskcenter.account.Accounts;
import org.taskcenter.account.NewAccount;
import org.taskcenter.account.NewlyMade;
import org.taskcenter.account.Role;
import org.taskcenter.api.Answers;
import org.taskcenter.api.Fields;
import org.taskcenter.platform.TaskResults;

/** Accounts. */
@Path("/api/admin/accounts")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@Administrative
public class AccountsResource {
    @Inject
    Accounts accounts;

    @GET
    public Response list() {
        return Answers.ok(Shapes.list(accounts.all(), Shapes::account));
    }

    @POST
    public Response make(@Context HttpServletRequest request, InputStream body) throws IOException {
        Fields fields = Fields.read(body);
        String name = fields.requiredText("name");
        NewlyMade made = accounts.make(
                actor(request),
                new NewAccount(
                        name,
                        role(fields).orElse(Role.USER),
                        fields.number("quota").orElse(0),
                        clients(fields.names("from").orElse(Set.of(name))),
                        fields.names("sources").orElse(Set.of(name)),
                        fields.url("return_url").filter(url -> !url.isEmpty()).orElse(null)));
        Map<String, Object> data = Shapes.account(made.account());
        data.put("token", made.token());
        data.put("webhook_secret", made.webhookSecret());
        return Answers.created(data);
    }

    @GET
    @Path("/{id}")
    public Response get(@PathParam("id") long id) {
        return Answers.ok(Shapes.account(accounts.get(id)));
    }

    @PATCH
    @Path("/{id}")
    public Response change(@Context HttpServletRequest request, @PathParam("id") long id, InputStream body)
            throws IOException {
        Fields fields = Fields.read(body);
        AccountChange change = new AccountChange(
                role(fields),
                fields.flag("enabled"),
                fields.names("from").map(names -> clients(names)),
                fields.names("sources"),
                fields.url("return_url"));
        return Answers.ok(Shapes.account(accounts.change(actor(request), id, change)));
    }

    /** Names that the tasks of third parties go under are nobody's to use: what is signed for them is signed by their accounts. */
    private static Set<String> clients(Set<String> names) {
        if (names.stream().anyMatch(name -> TaskResults.account(name).isPresent())) {
            throw Fields.wrong(
                    "from", "must not have a name of the form account:1, which stands for an account itself");
        }
        return names;
    }

    @DELETE
    @Path("/{id}")
    public Response delete(@Context HttpServletRequest request, @PathParam("id") long id) {
        accounts.delete(actor(request), id);
        return Answers.ok(null);
    }

    @POST
    @Path("/{id}/token")
    public Response renewToken(@Context HttpServletRequest request, @PathParam("id") long id) {
        return Answers.ok(Map.of("token", accounts.renewToken(actor(request), id)));
    }

    @POST
    @Path("/{id}/webhook-secret")
    public Response renewWebhookSecret(@Context HttpServletRequest request, @PathParam("id") long id) {
        return Answers.ok(Map.of("webhook_secret", accounts.renewWebhookSecret(actor(request), id)));
    }

    private static Optional<Role> role(Fields fields) {
        return fields.text("role")
                .map(word -> Role.of(word.toLowerCase(Locale.ROOT))
                        .orElseThrow(() -> Fields.wrong("role", "must be user, admin or root")));
    }
}
