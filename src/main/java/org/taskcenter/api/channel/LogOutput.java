package org.taskcenter.api.channel;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.taskcenter.ansible.LogLine;
import org.taskcenter.ansible.RunView;
import org.taskcenter.ansible.Runs;

/** Writes what runs have logged, a few lines at a time, however many there are. */
final class LogOutput {
    /** Of a module's output there may be much in each. */
    private static final int LINES_AT_ONCE = 20;

    /** Of a failure's reason there is the beginning alone in each. */
    private static final int SHORT_LINES_AT_ONCE = 250;

    private final Runs runs;

    LogOutput(Runs runs) {
        this.runs = runs;
    }

    /** The answer to check in the document's shape. */
    void document(RunView run, OutputStream out) throws IOException {
        try (Writer writer = writer(out)) {
            writer.write("{\"code\":0,\"content\":{\"create_time\":");
            string(writer, Shapes.httpDate(run.created()));
            writer.write(",\"err\":");
            err(writer, run);
            writer.write(",\"id\":" + run.id() + ",\"log\":\"[");
            lines(writer, lastLines(run.id()));
            writer.write("]\",\"nodes\":");
            string(writer, Shapes.nodes(run));
            writer.write(",\"status\":" + run.status().number() + ",\"update_time\":");
            string(writer, Shapes.httpDate(run.updated()));
            writer.write("}}");
        }
    }

    /** The answer to check in the field's shape. */
    void field(RunView run, OutputStream out) throws IOException {
        Map<Integer, List<Long>> lines = lastLinesByNode(run.id());
        try (Writer writer = writer(out)) {
            writer.write("{\"code\":0,\"content\":{\"task\":{\"id\":" + run.id() + ",\"status\":"
                    + run.status().number() + ",\"err\":");
            err(writer, run);
            writer.write("},\"nodes\":[");
            String between = "";
            for (RunView.Node node : run.nodes()) {
                writer.write(between + "{\"ip\":");
                between = ",";
                string(writer, node.name());
                writer.write(",\"status\":" + node.status().number() + ",\"log\":");
                if (lines.containsKey(node.idx())) {
                    writer.write("\"[");
                    lines(writer, lines.get(node.idx()));
                    writer.write("]\"");
                } else {
                    writer.write("null");
                }
                writer.write("}");
            }
            writer.write("]}}");
        }
    }

    /**
     * The texts of lines that belong together, as the inside of a JSON array.
     *
     * @param page the first of them; emptied, so that no more than one page is kept at a time
     */
    void flow(String correlation, String source, String node, List<LogLine> page, Writer writer) throws IOException {
        String between = "";
        while (!page.isEmpty()) {
            for (LogLine line : page) {
                writer.write(between);
                between = ",";
                string(writer, text(correlation, source, line));
            }
            if (page.size() < SHORT_LINES_AT_ONCE) {
                return;
            }
            long last = page.get(page.size() - 1).id();
            page.clear();
            page.addAll(page(correlation, source, node, last));
        }
    }

    /** The first lines that belong together; empty where there is none. */
    List<LogLine> first(String correlation, String source, String node) throws SQLException {
        return runs.flow(correlation, source, node, 0, SHORT_LINES_AT_ONCE);
    }

    private List<LogLine> page(String correlation, String source, String node, long after) throws IOException {
        try {
            return runs.flow(correlation, source, node, after, SHORT_LINES_AT_ONCE);
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    private static String text(String correlation, String source, LogLine line) {
        String text = "global_id = " + correlation + ", source = " + source + ", create_time = " + time(line.start())
                + ", end_time = " + time(line.end()) + ", host = " + line.node() + ", reuslt = " + line.status();
        boolean trouble = line.status().equals("failed") || line.status().equals("unreachable");
        return trouble ? text + " \n\tmessage: " + Runs.reason(line) : text;
    }

    private static Instant time(Instant exactly) {
        return exactly.truncatedTo(ChronoUnit.SECONDS);
    }

    static Writer writer(OutputStream out) {
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    private static void err(Writer writer, RunView run) throws IOException {
        if (run.trouble().isEmpty()) {
            writer.write("null");
        } else {
            string(writer, Shapes.trouble(run.trouble().get()));
        }
    }

    private static void string(Writer writer, String text) throws IOException {
        writer.write('"');
        inside(writer, text);
        writer.write('"');
    }

    private static void inside(Writer writer, String text) throws IOException {
        writer.write(JsonStringEncoder.getInstance().quoteAsString(text));
    }

    /** Lines as JSON objects with commas between them, inside a JSON string. */
    private void lines(Writer writer, List<Long> ids) throws IOException {
        String between = "";
        for (int from = 0; from < ids.size(); from += LINES_AT_ONCE) {
            for (LogLine line : linesOf(ids.subList(from, Math.min(from + LINES_AT_ONCE, ids.size())))) {
                writer.write(between);
                between = ",";
                inside(writer, object(line).toString());
            }
        }
    }

    private static ObjectNode object(LogLine line) {
        ObjectNode object = Body.JSON
                .createObjectNode()
                .put("host", line.node())
                .put("task", line.task())
                .put("status", line.status())
                .put("start", line.start().toString())
                .put("end", line.end().toString());
        put(object, "cmd", line.cmd());
        if (line.rc() != null) {
            object.put("rc", line.rc());
        }
        put(object, "stdout", line.stdout());
        put(object, "stderr", line.stderr());
        put(object, "msg", line.msg());
        return object;
    }

    private static void put(ObjectNode object, String name, String text) {
        if (text != null) {
            object.put(name, text);
        }
    }

    private List<Long> lastLines(long run) throws IOException {
        try {
            return runs.lastLines(run);
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    private Map<Integer, List<Long>> lastLinesByNode(long run) throws IOException {
        try {
            return runs.lastLinesByNode(run);
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    private List<LogLine> linesOf(List<Long> ids) throws IOException {
        try {
            return runs.lines(ids);
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    private static IOException broken(SQLException cause) {
        ChannelLog.LOG.brokeOff(String.valueOf(cause.getMessage()));
        return new IOException(cause);
    }
}
