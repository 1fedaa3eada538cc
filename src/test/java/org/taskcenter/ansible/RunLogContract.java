package org.taskcenter.ansible;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.taskcenter.playbook.Event;
import org.taskcenter.testing.TestStore;

/** What runs log, whatever the database. */
abstract class RunLogContract extends RunsStage {
    RunLogContract(TestStore store) {
        super(store);
    }

    @Test
    void whatBelongsTogetherIsReadInPagesAndByNode() throws Exception {
        member.playbooks.play(played -> {
            played.failed("n1", "broken");
            played.done("n2");
            played.end();
        });
        NewRun one = run(2);
        long first = member.runs.submit(one);
        awaitStatus(first, Status.PARTLY);
        long second = member.runs.submit(of("orion", null, false, 2, 0));
        awaitStatus(second, Status.PARTLY);

        List<LogLine> page = member.runs.flow("1-1", "orion", null, 0, 3);
        List<LogLine> rest = member.runs.flow("1-1", "orion", null, page.get(2).id(), 3);

        assertThat(page).extracting(LogLine::node).containsExactly("n1", "n2", "n1");
        assertThat(rest).extracting(LogLine::node).containsExactly("n2");
        assertThat(Runs.reason(page.get(0))).isEqualTo("broken");
        assertThat(page.get(1).stdout()).isNull();
        assertThat(member.runs.flow("1-1", "orion", "n2", 0, 10)).hasSize(2);
        assertThat(member.runs.flow("1-1", "hubble", null, 0, 10)).isEmpty();
        assertThat(member.runs.flow("2-1", "orion", null, 0, 10)).isEmpty();
    }

    @Test
    void ofWhatIsLongTheBeginningIsReadWithManyLines() throws Exception {
        Instant now = Instant.now();
        String smile = "\ud83d\ude00";
        String text = "x".repeat(4_000) + smile.repeat(30_000);
        member.playbooks.play(played -> {
            for (Event.Status status : List.of(Event.Status.FAILED, Event.Status.OK)) {
                played.happened(new Event.Line("n1", "long", status, false, true, now, now, text, 1, text, text, text));
            }
            played.succeed();
        });
        long id = member.runs.submit(run(1));
        awaitStatus(id, Status.SUCCEEDED);

        List<LogLine> page = member.runs.flow("1-1", "orion", null, 0, 2);

        assertThat(page.get(0).cmd()).isNull();
        for (String read :
                List.of(page.get(0).msg(), page.get(0).stdout(), page.get(0).stderr())) {
            assertThat(read).hasSizeLessThan(9_000);
        }
        assertThat(Runs.reason(page.get(0))).startsWith("xxx").contains(smile);
        assertThat(page.get(1).msg()).isNull();
        assertThat(member.runs.lines(List.of(page.get(0).id())).get(0).msg()).isEqualTo(text);
    }

    @Test
    void textThatNoDatabaseTakesIsStoredAllTheSame() throws Exception {
        Instant now = Instant.now();
        member.playbooks.play(played -> {
            played.happened(new Event.Line(
                    "n1", "a\0b", Event.Status.OK, false, true, now, now, "cmd\0", 0, "\ud800", "", "\0"));
            played.happened(new Event.Line(
                    "added-by-itself", "", Event.Status.SKIPPED, false, false, now, now, null, null, null, null, null));
            played.succeed();
        });
        long id = member.runs.submit(run(1));

        awaitStatus(id, Status.SUCCEEDED);

        List<LogLine> lines = member.runs.lines(member.runs.lastLines(id));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).task()).isEqualTo("a\ufffdb");
        assertThat(lines.get(0).stdout()).isEqualTo("\ufffd");
        assertThat(lines.get(1).rc()).isNull();
        assertThat(member.runs.lastLinesByNode(id)).containsOnlyKeys(0);
    }

    @Test
    void manyLinesAreStoredInOrderAndReadInPages() throws Exception {
        int groups = 200;
        int each = 500;
        Instant now = Instant.now();
        member.playbooks.play(played -> {
            for (int i = 0; i < groups; i++) {
                Event[] lines = new Event[each];
                for (int j = 0; j < each; j++) {
                    lines[j] = new Event.Line(
                            "n1",
                            "t" + (i * each + j),
                            Event.Status.OK,
                            false,
                            true,
                            now,
                            now,
                            "echo",
                            0,
                            "out",
                            "",
                            null);
                }
                played.happened(lines);
            }
            played.succeed();
        });
        long id = member.runs.submit(run(1));
        awaitStatus(id, Status.SUCCEEDED);

        long after = 0;
        int read = 0;
        List<LogLine> page;
        do {
            page = member.runs.flow("1-1", "orion", null, after, 1_000);
            for (LogLine line : page) {
                assertThat(line.id()).isGreaterThan(after);
                after = line.id();
            }
            read += page.size();
        } while (!page.isEmpty());

        assertThat(read).isEqualTo(groups * each + 1);
    }

    @Test
    void onlyTheLastThousandLinesAreShown() throws Exception {
        Instant now = Instant.now();
        member.playbooks.play(played -> {
            for (int i = 0; i < 12; i++) {
                Event[] lines = new Event[100];
                for (int j = 0; j < 100; j++) {
                    lines[j] = new Event.Line(
                            "n1",
                            "t" + (i * 100 + j),
                            Event.Status.OK,
                            false,
                            false,
                            now,
                            now,
                            null,
                            null,
                            null,
                            null,
                            null);
                }
                played.happened(lines);
            }
            played.succeed();
        });
        long id = member.runs.submit(run(1));
        awaitStatus(id, Status.SUCCEEDED);

        List<Long> ids = member.runs.lastLines(id);

        assertThat(ids).hasSize(1_000).isSorted();
        assertThat(member.runs.lines(ids.subList(0, 1)).get(0).task()).isEqualTo("t201");
    }
}
