package org.taskcenter.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The page of metrics, read as Prometheus reads it. */
record Page(List<Series> series) {
    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

    record Series(String name, Map<String, String> labels, double value) {}

    static Page of(Metrics metrics) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        metrics.write(out);
        return of(out.toString(StandardCharsets.UTF_8));
    }

    static Page of(String text) {
        List<Series> series = new ArrayList<>();
        for (String line : text.split("\n")) {
            if (line.startsWith("#") || line.isBlank()) {
                continue;
            }
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                throw new AssertionError("not a line of metrics: " + line);
            }
            Map<String, String> labels = new HashMap<>();
            String written = parts.group(2) == null ? "" : parts.group(2);
            Matcher label = LABEL.matcher(written);
            int end = 0;
            while (label.lookingAt()) {
                labels.put(label.group(1), label.group(2));
                end = label.end();
                label.region(end, written.length());
            }
            if (end != written.length()) {
                throw new AssertionError("not labels: " + line);
            }
            series.add(new Series(
                    parts.group(1), labels, Double.parseDouble(parts.group(3).replace("Inf", "Infinity"))));
        }
        return new Page(series);
    }

    /** The value of the series of that name that has these labels, given as name, value, name, value. */
    OptionalDouble value(String name, String... labels) {
        return series.stream()
                .filter(each -> each.name().equals(name))
                .filter(each -> {
                    for (int i = 0; i < labels.length; i += 2) {
                        if (!labels[i + 1].equals(each.labels().get(labels[i]))) {
                            return false;
                        }
                    }
                    return true;
                })
                .mapToDouble(Series::value)
                .reduce(Double::sum);
    }

    Set<String> names() {
        return series.stream().map(Series::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The labels that series of this name have. */
    Set<String> labels(String name) {
        return series.stream()
                .filter(each -> each.name().equals(name))
                .flatMap(each -> each.labels().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
