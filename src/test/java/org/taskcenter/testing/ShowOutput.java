package org.taskcenter.testing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Shows what each {@link Centre} has printed during a test that failed. */
public final class ShowOutput implements BeforeTestExecutionCallback, AfterTestExecutionCallback {
    private static final int LINES = 200;

    /** By test: some run side by side. */
    private final Map<String, Map<Centre, Long>> printedBefore = new ConcurrentHashMap<>();

    @Override
    public void beforeTestExecution(ExtensionContext context) {
        Map<Centre, Long> printed = new HashMap<>();
        Centre.all().forEach(centre -> printed.put(centre, centre.printed()));
        printedBefore.put(context.getUniqueId(), printed);
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        Map<Centre, Long> before = printedBefore.remove(context.getUniqueId());
        if (context.getExecutionException().isPresent()) {
            Centre.all().forEach(centre -> show(centre, before.getOrDefault(centre, 0L)));
        }
    }

    private static void show(Centre centre, long before) {
        List<String> lines = centre.output();
        long since = centre.printed() - before;
        int shown = (int) Math.min(Math.min(since, LINES), lines.size());
        if (shown > 0) {
            System.err.println("--- The centre at " + centre.baseUri() + " printed last:");
            lines.subList(lines.size() - shown, lines.size()).forEach(System.err::println);
        }
    }
}
