package org.taskcenter.testing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Shows what each {@link Centre} has printed during a test that failed. */
public final class ShowOutput implements BeforeTestExecutionCallback, AfterTestExecutionCallback {
    private static final int LINES = 200;

    private final Map<Centre, Long> printedBefore = new HashMap<>();

    @Override
    public void beforeTestExecution(ExtensionContext context) {
        printedBefore.clear();
        Centre.all().forEach(centre -> printedBefore.put(centre, centre.printed()));
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            Centre.all().forEach(this::show);
        }
    }

    private void show(Centre centre) {
        List<String> lines = centre.output();
        long since = centre.printed() - printedBefore.getOrDefault(centre, 0L);
        int shown = (int) Math.min(Math.min(since, LINES), lines.size());
        if (shown > 0) {
            System.err.println("--- The centre at " + centre.baseUri() + " printed last:");
            lines.subList(lines.size() - shown, lines.size()).forEach(System.err::println);
        }
    }
}
