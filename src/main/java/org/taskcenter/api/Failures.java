package org.taskcenter.api;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Set;
import org.taskcenter.account.AccountRefusal;
import org.taskcenter.store.Database;
import org.taskcenter.upstream.UpstreamRefusal;

/** Answers whatever went wrong in a request, without telling how the inside looks. */
@Provider
public class Failures implements ExceptionMapper<Throwable> {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Set<String> CHANNEL =
            Set.of("api/run", "api/parallel_run", "api/stop", "api/check", "api/getlog");
    private static final Set<String> PLATFORMS = Set.of("suno/", "platform/");

    @Context
    UriInfo uri;

    @Override
    public Response toResponse(Throwable failure) {
        if (failure instanceof Refused refused) {
            return error(refused.status(), refused.getMessage());
        }
        if (failure instanceof AccountRefusal refusal) {
            return error(status(refusal.reason()), refusal.getMessage());
        }
        if (failure instanceof UpstreamRefusal refusal) {
            return error(status(refusal.reason()), refusal.getMessage());
        }
        if (failure instanceof WebApplicationException wrong
                && wrong.getResponse().getStatus() < 500) {
            return ofServer(wrong.getResponse());
        }
        if (isOutage(failure)) {
            ApiLog.LOG.databaseAway(uri.getRequestUri().getRawPath(), failure.toString());
            return error(503, "The database does not answer at the moment; try again in a few seconds");
        }
        byte[] random = new byte[6];
        RANDOM.nextBytes(random);
        String id = HexFormat.of().formatHex(random);
        ApiLog.LOG.unexpected(id, uri.getRequestUri().getRawPath(), failure);
        return error(500, "Something went wrong here. The administrator finds it in the log as error " + id);
    }

    private static int status(AccountRefusal.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> 404;
            case NOT_ALLOWED -> 403;
            case CONFLICT -> 409;
        };
    }

    private static int status(UpstreamRefusal.Reason reason) {
        return switch (reason) {
            case WRONG -> 400;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
        };
    }

    private Response ofServer(Response wrong) {
        Response answer = error(wrong.getStatus(), words(wrong.getStatus()));
        String allowed = wrong.getHeaderString(HttpHeaders.ALLOW);
        return allowed == null
                ? answer
                : Response.fromResponse(answer)
                        .header(HttpHeaders.ALLOW, allowed)
                        .build();
    }

    /** In the shape of the API that was called. */
    private Response error(int status, String message) {
        String path = uri.getPath();
        String route = path.startsWith("/") ? path.substring(1) : path;
        if (CHANNEL.contains(route)) {
            return Answers.channelError(status, message);
        }
        return PLATFORMS.stream().anyMatch(route::startsWith)
                ? Answers.platformError(status, message)
                : Answers.error(status, message);
    }

    static String words(int status) {
        return switch (status) {
            case 400 -> "The request cannot be read";
            case 404 -> "There is nothing at this address";
            case 405 -> "This method is not for this address";
            case 406 -> "The answer is JSON; the Accept header excludes it";
            case 413 -> "The request is too large";
            case 415 -> "The body must be JSON";
            default -> "The request was refused with status " + status;
        };
    }

    private static boolean isOutage(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && Database.isOutage(sql)) {
                return true;
            }
        }
        return false;
    }
}
