package org.taskcenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.taskcenter.dispatch.Runner.Why;
import org.taskcenter.gate.Failure;
import org.taskcenter.task.Claim;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;

/** What becomes of submissions when something is in their way: a third party, the database, this member's own end. */
class PlatformRunnerTest {
    private PlatformStage stage;

    @BeforeEach
    void begin() throws SQLException {
        stage = new PlatformStage();
    }

    @AfterEach
    void end() {
        stage.close();
    }

    @Test
    void whatAChannelHasRefusedIsSubmittedAgainAfterAnOutageOfTheDatabase() throws SQLException {
        long first = stage.channel("a", 2, 24);
        stage.channel("b", 1, 24);
        stage.parties.put("a", request -> {
            stage.line.off();
            return PlatformStage.answer(429, "{\"code\":\"busy\"}");
        });
        stage.parties.put("b", request -> PlatformStage.taken("up-1"));
        long task = stage.task(first);
        stage.run(task);
        await().until(() -> stage.refused.get() > 0);
        stage.line.on();
        settled();
        stage.parties.put("a", request -> PlatformStage.answer(429, "{\"code\":\"busy\"}"));
        submitAgain(task);
        assertThat(stage.row(task).status()).isEqualTo(Status.SUBMITTED);
        assertThat(stage.hosts()).endsWith("b");
    }

    @Test
    void aRequestThatCannotBeReadForTheMomentIsSubmittedLater() throws SQLException {
        long only = stage.channel("a", 1, 24);
        stage.parties.put("a", request -> PlatformStage.taken("up-1"));
        long task = stage.task(only);
        stage.afterCommit = () -> {
            stage.afterCommit = () -> {};
            stage.line.off();
        };
        CompletableFuture<Void> back = CompletableFuture.runAsync(() -> {
            await().until(() -> stage.refused.get() > 0);
            stage.line.on();
        });
        stage.run(task);
        back.join();
        assertThat(settled().next()).isEqualTo(TaskState.WAITING);
        assertThat(stage.hosts()).isEmpty();
        submitAgain(task);
        assertThat(stage.row(task).status()).isEqualTo(Status.SUBMITTED);
    }

    @Test
    void whatWasStoppedBeforeItWasSentIsSubmittedAgain() throws SQLException {
        long only = stage.channel("a", 1, 24);
        long task = stage.task(only);
        stage.onItsWay = false;
        stopUnderWay(task);
        assertThat(stage.row(task).status()).isEqualTo(Status.NOT_START);
        stage.parties.put("a", request -> PlatformStage.taken("up-1"));
        submitAgain(task);
        assertThat(stage.row(task).status()).isEqualTo(Status.SUBMITTED);
    }

    @Test
    void whatWasStoppedOnItsWayIsUnknownAndStaysSo() throws SQLException {
        long only = stage.channel("a", 1, 24);
        long task = stage.task(only);
        stopUnderWay(task);
        assertThat(stage.row(task).status()).isEqualTo(Status.UNKNOWN);
        submitAgain(task);
        assertThat(stage.row(task).status()).isEqualTo(Status.UNKNOWN);
        assertThat(stage.sent).hasSize(1);
    }

    @Test
    void whatAMemberHasSentAndNotSettledIsUnknown() throws SQLException {
        long only = stage.channel("a", 1, 24);
        long task = stage.task(only);
        stage.run(task);
        await().until(() -> stage.sent.size() == 1);
        submitAgain(task);
        assertThat(stage.row(task).status()).isEqualTo(Status.UNKNOWN);
        assertThat(stage.sent).hasSize(1);
    }

    @Test
    void aChannelWhoseKeyDoesNotOpenIsPassedOver() throws SQLException {
        long sealed = stage.channel("a", 2, 24);
        stage.channel("b", 1, 24);
        stage.execute("update upstream set sealed_key = X'0102030405' where id = " + sealed);
        stage.parties.put("b", request -> PlatformStage.taken("up-1"));
        long task = stage.task(sealed);
        stage.run(task);
        settled();
        assertThat(stage.row(task).status()).isEqualTo(Status.SUBMITTED);
        assertThat(stage.hosts()).containsExactly("b");
        assertThat(stage.backOff.failures()).containsKey(sealed);
    }

    @Test
    void itsTimeIsThatOfTheChannelWhichHasIt() throws SQLException {
        long first = stage.channel("a", 2, 24);
        stage.channel("b", 1, 1);
        stage.parties.put("a", request -> PlatformStage.answer(429, "{\"code\":\"busy\"}"));
        stage.parties.put("b", request -> PlatformStage.taken("up-1"));
        stage.run(stage.task(first));
        assertThat(settled().delay()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aTaskThatWasOpenForItsChannelsTimeEnds() throws SQLException {
        long brief = stage.channel("a", 2, 2);
        long task = stage.taken(brief, "up-1");
        Claim claim = stage.claim(task, Duration.ofMinutes(119));
        stage.runner.run(List.of(claim), stage.settled::add);
        assertThat(settled().delay()).isEqualTo(Duration.ofMinutes(1));
        stage.settled.clear();
        stage.runner.run(List.of(stage.claim(task, Duration.ofHours(2))), stage.settled::add);
        assertThat(settled().next()).isEqualTo(TaskState.FAILED);
        assertThat(stage.row(task).failReason()).contains("time-out");
        assertThat(stage.sent).isEmpty();
    }

    @Test
    void aChannelThatWasDeletedOrDisabledMeanwhileIsNotCalled() throws SQLException {
        long first = stage.channel("a", 4, 24);
        long deleted = stage.channel("b", 3, 24);
        long disabled = stage.channel("c", 2, 24);
        stage.channel("d", 1, 24);
        stage.parties.put("a", request -> {
            stage.delete(deleted);
            stage.disable(disabled);
            return PlatformStage.answer(503, "{}");
        });
        stage.parties.put("d", request -> PlatformStage.taken("up-1"));
        long task = stage.task(first);
        stage.run(task);
        settled();
        assertThat(stage.hosts()).containsExactly("a", "d");
        assertThat(stage.row(task).status()).isEqualTo(Status.SUBMITTED);
    }

    @Test
    void whereNoneIsLeftItIsRefusedAsTheLastOneDid() throws SQLException {
        long only = stage.channel("a", 4, 24);
        long deleted = stage.channel("b", 3, 24);
        stage.parties.put("a", request -> {
            stage.delete(deleted);
            return PlatformStage.answer(503, "{\"code\":\"full\",\"message\":\"no room\"}");
        });
        long task = stage.task(only);
        stage.run(task);
        assertThat(settled().next()).isEqualTo(TaskState.FAILED);
        assertThat(stage.row(task).refusedCode()).isEqualTo("full");
        assertThat(stage.hosts()).containsExactly("a");
    }

    @ParameterizedTest
    @EnumSource
    void whereAThirdPartyLivesIsForAdministratorsAlone(Failure.Kind kind) throws SQLException {
        long only = stage.channel("a", 1, 24);
        stage.parties.put("a", request -> new Failure(kind, "no connection to 10.0.0.5:8080", Duration.ZERO));
        long task = stage.task(only);
        stage.run(task);
        Settlement settled = settled();
        assertThat(settled.attempt().body()).contains("10.0.0.5:8080");
        assertThat(stage.row(task).failReason()).isNotBlank().doesNotContain("10.0.0.5", "8080");
    }

    /** Claims it once more, as after its pause. */
    private void submitAgain(long task) throws SQLException {
        stage.settled.clear();
        stage.run(task);
        settled();
    }

    private void stopUnderWay(long task) throws SQLException {
        Claim claim = stage.claim(task);
        stage.runner.run(List.of(claim), stage.settled::add);
        assertThat(stage.sent).hasSize(1);
        stage.runner.stop(claim, Why.INTERRUPTED);
        assertThat(settled().next()).isEqualTo(TaskState.WAITING);
    }

    private Settlement settled() {
        await().until(() -> !stage.settled.isEmpty());
        return stage.settled.get(0);
    }
}
