package org.taskcenter.ansible;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What has gone wrong, in short. */
final class Troubles {
    private static final int LONGEST = 4_000;

    private Troubles() {}

    /** Why a task has failed on a node, by what the module gave. */
    static String reason(String msg, String stderr, String stdout, Integer rc) {
        return Stream.of(msg, stderr, stdout)
                .filter(text -> text != null && !text.isBlank())
                .map(String::strip)
                .findFirst()
                .orElse(rc == null ? "failed" : "rc=" + rc);
    }

    /** A node that has failed, and why, where that is known. */
    record Failed(String node, String err) {}

    /**
     * Why a run has not succeeded.
     *
     * @param ofAll the reason for all of it, or null
     * @param first some of the nodes that have failed
     * @param others how many more have
     */
    static String of(String ofAll, List<Failed> first, int others) {
        List<String> parts = new ArrayList<>();
        if (ofAll != null) {
            parts.add(ofAll);
        }
        first.forEach(failed -> parts.add(failed.err() == null ? failed.node() : failed.node() + ": " + failed.err()));
        if (others > 0) {
            parts.add("and " + others + " more");
        }
        String text = parts.isEmpty() ? "failed" : String.join("; ", parts);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
