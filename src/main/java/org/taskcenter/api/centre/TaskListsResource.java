package org.taskcenter.api.centre;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.taskcenter.account.Access;
import org.taskcenter.account.Caller;
import org.taskcenter.account.Denied;
import org.taskcenter.account.Role;
import org.taskcenter.account.Scope;
import org.taskcenter.api.Answers;
import org.taskcenter.listing.Filter;
import org.taskcenter.listing.Listed;
import org.taskcenter.listing.Lists;
import org.taskcenter.listing.Page;
import org.taskcenter.platform.PlatformTasks;

/** Lists of third parties' tasks: one's own, and everybody's for administrators. */
@Path("/api/task")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class TaskListsResource {
    private static final String USER = "New-Api-User";
    private static final String CANNOT_READ = "获取任务列表失败";
    private static final int UNAUTHENTICATED = 401;
    private static final int FAILED = 500;
    private static final Page NOTHING = new Page(List.of(), 0);

    @Inject
    Lists lists;

    @Inject
    PlatformTasks tasks;

    @GET
    @Path("/self")
    public Response own(@Context HttpServletRequest request, @Context UriInfo uri) {
        return answer(request, uri, Role.USER, ListQuery::own, new TaskShapes(tasks)::own);
    }

    @GET
    public Response all(@Context HttpServletRequest request, @Context UriInfo uri) {
        return answer(request, uri, Role.ADMIN, ListQuery::everybodys, new TaskShapes(tasks)::everybodys);
    }

    /** Reads a filter; empty where nothing can match. */
    private interface Filters {
        Optional<Filter> of(ListQuery query, Caller caller);
    }

    private Response answer(
            HttpServletRequest request,
            UriInfo uri,
            Role role,
            Filters filters,
            Function<Listed, Map<String, Object>> shape) {
        try {
            Caller caller = Access.of(request).caller(Scope.CENTRE);
            if (!isUser(request.getHeader(USER), caller)) {
                return Answers.error(UNAUTHENTICATED, USER + " must be the number of the token's own account");
            }
            Access.of(request).caller(Scope.CENTRE, role);
            return list(uri.getQueryParameters(), caller, filters, shape);
        } catch (Denied denied) {
            return Answers.error(denied.status(), denied.getMessage());
        }
    }

    private Response list(
            MultivaluedMap<String, String> parameters,
            Caller caller,
            Filters filters,
            Function<Listed, Map<String, Object>> shape) {
        ListQuery query = new ListQuery(parameters);
        try {
            Optional<Filter> filter = filters.of(query, caller);
            Page page = filter.isPresent() ? lists.page(filter.get(), query.page(), query.size()) : NOTHING;
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("items", page.tasks().stream().map(shape).toList());
            data.put("total", page.total());
            data.put("page", query.page());
            data.put("page_size", query.size());
            return Answers.written(data);
        } catch (SQLException e) {
            CentreLog.LOG.cannotList(e);
            return Answers.error(FAILED, CANNOT_READ);
        }
    }

    private static boolean isUser(String header, Caller caller) {
        return header != null && header.strip().equals(Long.toString(caller.id()));
    }
}
