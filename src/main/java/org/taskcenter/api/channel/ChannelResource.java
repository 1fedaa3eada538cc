package org.taskcenter.api.channel;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;
import java.io.Writer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.taskcenter.account.Denied;
import org.taskcenter.ansible.DuplicateName;
import org.taskcenter.ansible.LogLine;
import org.taskcenter.ansible.NewRun;
import org.taskcenter.ansible.NoRoom;
import org.taskcenter.ansible.RunView;
import org.taskcenter.ansible.Runs;
import org.taskcenter.ansible.Work;
import org.taskcenter.api.BodyLimits;
import org.taskcenter.store.Database;

/** Runs Ansible on nodes, and tells how it goes: {@code {"code", "content"}}, or {@code {"code": -1, "message"}}. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class ChannelResource {
    private static final String CORRELATION = "X-CORRELATION-ID";
    private static final long USUAL_FORKS = 5;
    private static final long MOST_RETRIES = 10;
    private static final long USUAL_SECONDS = 86_400;
    private static final long MOST_SECONDS = 604_800;
    private static final String USUAL_USER = "root";

    @Inject
    Runs runs;

    /** A request that is good so far. */
    private record Request(Sender sender, Body body, String correlation, Dialect dialect, String source) {}

    /** What is answered to a request. */
    @FunctionalInterface
    private interface Serving {
        Response serve(Request request) throws DuplicateName, NoRoom, SQLException;
    }

    @POST
    @Path("/run")
    public Response run(@Context HttpServletRequest http, InputStream body) {
        return served(http, body, BodyLimits.RUN, request -> submit(request, false));
    }

    @POST
    @Path("/parallel_run")
    public Response parallelRun(@Context HttpServletRequest http, InputStream body) {
        return served(http, body, BodyLimits.RUN, request -> submit(request, true));
    }

    @POST
    @Path("/stop")
    public Response stop(@Context HttpServletRequest http, InputStream body) {
        return served(http, body, BodyLimits.OTHER, request -> {
            runs.stop(find(request).id());
            return Shapes.done();
        });
    }

    @POST
    @Path("/check")
    public Response check(@Context HttpServletRequest http, InputStream body) {
        return served(http, body, BodyLimits.OTHER, request -> {
            RunView run = find(request);
            LogOutput output = new LogOutput(runs);
            StreamingOutput answer = request.dialect() == Dialect.DOCUMENT
                    ? out -> output.document(run, out)
                    : out -> output.field(run, out);
            return Shapes.response(200, answer).build();
        });
    }

    @POST
    @Path("/getlog")
    public Response getLog(@Context HttpServletRequest http, InputStream body) {
        return served(http, body, BodyLimits.OTHER, this::log);
    }

    private Response submit(Request request, boolean parallel) throws DuplicateName, NoRoom, SQLException {
        Body body = request.body();
        String name = body.name("name").orElseThrow(() -> Wrong.missing("name"));
        List<String> nodes = Nodes.read(body);
        Work work = WorkText.read(body);
        NewRun run = new NewRun(
                name,
                request.source(),
                request.correlation(),
                parallel,
                nodes,
                work,
                WorkText.variables(body),
                body.word("user").orElse(USUAL_USER),
                body.number("fork_num", 1, Integer.MAX_VALUE)
                        .orElse(USUAL_FORKS)
                        .intValue(),
                body.number("retries", 0, MOST_RETRIES).orElse(0L).intValue(),
                body.flag("check"),
                body.words("tags"),
                body.words("skip_tags"),
                Duration.ofSeconds(body.number("timeout", 1, MOST_SECONDS).orElse(USUAL_SECONDS)));
        return Shapes.accepted(runs.submit(run));
    }

    private RunView find(Request request) throws SQLException {
        Body body = request.body();
        Optional<Long> id = body.number("id", 0, Long.MAX_VALUE);
        Optional<String> name = body.name("name");
        if (id.isEmpty() && name.isEmpty()) {
            throw Wrong.missing("id");
        }
        return runs.find(id.orElse(null), name.orElse(null), request.sender()::mayUse)
                .orElseThrow(Wrong::notFound);
    }

    private Response log(Request request) throws SQLException {
        String source = request.body().word("source").orElse(request.source());
        request.sender().checkSource(source);
        String node = request.body().word("host").orElse(null);
        LogOutput output = new LogOutput(runs);
        List<LogLine> first = output.first(request.correlation(), source, node);
        boolean document = request.dialect() == Dialect.DOCUMENT;
        if (document && first.isEmpty()) {
            throw Wrong.notFound();
        }
        StreamingOutput answer = out -> {
            try (Writer writer = LogOutput.writer(out)) {
                writer.write(document ? "[" : "{\"code\":0,\"content\":{\"log\":[");
                output.flow(request.correlation(), source, node, first, writer);
                writer.write(document ? "]" : "]}}");
            }
        };
        return Shapes.response(200, answer).build();
    }

    private static Response served(HttpServletRequest http, InputStream in, int most, Serving serving) {
        try {
            Sender sender = Sender.of(http);
            Body body = Body.read(in, most);
            String correlation = header(http, CORRELATION);
            // Where both are named the document's counts.
            Dialect dialect =
                    isNamed(http, Dialect.DOCUMENT) || !isNamed(http, Dialect.FIELD) ? Dialect.DOCUMENT : Dialect.FIELD;
            String source = header(http, dialect.header());
            sender.checkSource(source);
            return serving.serve(new Request(sender, body, correlation, dialect, source));
        } catch (Denied denied) {
            return Shapes.error(denied.status(), denied.getMessage());
        } catch (Wrong wrong) {
            return Shapes.error(wrong.status(), wrong.getMessage());
        } catch (DuplicateName e) {
            return Shapes.error(400, "task name is duplicate");
        } catch (NoRoom e) {
            return Shapes.error(429, "too many tasks wait already: send it again later");
        } catch (SQLException e) {
            if (Database.isOutage(e)) {
                ChannelLog.LOG.databaseAway(String.valueOf(e.getMessage()));
                return Shapes.error(503, "the database does not answer at the moment; try again in a few seconds");
            }
            return unexpected(e);
        } catch (RuntimeException e) {
            return unexpected(e);
        }
    }

    private static Response unexpected(Exception cause) {
        ChannelLog.LOG.unexpected(cause);
        return Shapes.error(500, "something went wrong here; the administrator finds it in the log");
    }

    private static boolean isNamed(HttpServletRequest http, Dialect dialect) {
        String value = http.getHeader(dialect.header());
        return value != null && !value.isBlank();
    }

    private static String header(HttpServletRequest http, String name) {
        String value = http.getHeader(name);
        if (value == null || value.isBlank()) {
            throw Wrong.missing(name);
        }
        String text = value.strip();
        if (!Texts.isPlain(text)) {
            throw Wrong.param(name, "must be text of 1 to " + Texts.LONGEST + " characters without control characters");
        }
        return text;
    }
}
