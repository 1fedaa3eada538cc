package org.taskcenter.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What was measured in the rounds so far, and the table of it. */
final class Results {

    private static final List<String> TITLES = List.of("what", "unit", "median", "rounds", "of its floor");

    private final Map<Metric, List<Double>> values = new EnumMap<>(Metric.class);

    void add(Metric metric, double value) {
        values.computeIfAbsent(metric, any -> new ArrayList<>()).add(value);
    }

    double median(Metric metric) {
        return quantile(values.get(metric), 0.5);
    }

    /** The value below which this share of the values lies; of an even number's middle the mean. */
    static double quantile(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        double at = share * (sorted.size() - 1);
        double below = sorted.get((int) Math.floor(at));
        double above = sorted.get((int) Math.ceil(at));
        return below + (above - below) * (at - Math.floor(at));
    }

    /** A table for people. */
    String plain() {
        List<List<String>> rows = rows();
        rows.add(0, TITLES);
        int[] widths = new int[TITLES.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - row.get(i).length());
                text.append(i == 0 || i == 1 || i == 3 ? row.get(i) + pad : pad + row.get(i))
                        .append("  ");
            }
            text.setLength(text.toString().stripTrailing().length());
            text.append('\n');
        }
        return text.toString();
    }

    /** The same for a document. */
    String markdown() {
        StringBuilder text = new StringBuilder(line(TITLES)).append("| --- | --- | ---: | --- | ---: |\n");
        rows().forEach(row -> text.append(line(row)));
        return text.toString();
    }

    private List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        values.forEach((metric, all) -> rows.add(List.of(
                metric.label(),
                metric.unit(),
                number(median(metric)),
                all.stream().map(Results::number).collect(Collectors.joining(" / ")),
                metric.floor() == null || !values.containsKey(metric.floor())
                        ? ""
                        : String.format(Locale.ROOT, "%.0f %%", 100 * median(metric) / median(metric.floor())))));
        return rows;
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String number(double value) {
        return value >= 100
                ? String.format(Locale.ROOT, "%,.0f", value).replace(',', ' ')
                : String.format(Locale.ROOT, value < 1 ? "%.3f" : "%.1f", value);
    }
}
