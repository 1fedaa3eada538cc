package org.taskcenter.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import jakarta.annotation.Resource;
import jakarta.batch.operations.JobOperator;
import jakarta.batch.runtime.BatchRuntime;
import jakarta.batch.runtime.BatchStatus;
import jakarta.batch.runtime.JobExecution;
import jakarta.batch.runtime.StepExecution;
import jakarta.inject.Inject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.hamcrest.Matcher;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.taskcenter.ansible.NewRun;
import org.taskcenter.ansible.Runs;
import org.taskcenter.ansible.Status;
import org.taskcenter.ansible.Work;

/** What only a server can show, asked from within the packaged application. The one deployment of the whole build. */
@ExtendWith(ArquillianExtension.class)
class ContainerIT {
    @Inject
    Parts parts;

    @Resource(lookup = Boot.DATA_SOURCE)
    DataSource source;

    @Deployment
    static WebArchive application() throws IOException {
        emptyFolder(Path.of("target/arquillian"));
        return ShrinkWrap.createFromZipFile(WebArchive.class, new File("target/taskcenter.war"))
                .addClasses(ContainerIT.class, OneStep.class)
                .addAsResource("one-step-job.xml", "META-INF/batch-jobs/one-step.xml")
                .addAsLibraries(Stream.of(Assertions.class, Awaitility.class, Matcher.class)
                        .map(ContainerIT::library)
                        .toArray(File[]::new));
    }

    /** The server unpacks itself there. */
    private static void emptyFolder(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> inside = Files.walk(folder)) {
                inside.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
        Files.createDirectories(folder);
    }

    private static File library(Class<?> type) {
        return new File(type.getProtectionDomain().getCodeSource().getLocation().getPath());
    }

    @Test
    void theCentreRunsAndBecomesReady() {
        assertThat(parts.running()).isPresent();
        await().until(() -> parts.running().orElseThrow().readiness().isReady());
    }

    @Test
    void thePoolIsOfOurOwnDatabaseAndOurOwnDriver() throws SQLException {
        try (Connection connection = source.getConnection()) {
            DatabaseMetaData database = connection.getMetaData();
            assertThat(database.getURL()).isEqualTo("jdbc:h2:mem:taskcenter");
            assertThat(database.getDriverVersion()).startsWith(org.h2.engine.Constants.VERSION);
            assertThat(org.h2.Driver.class.getClassLoader()).isSameAs(Boot.class.getClassLoader());
        }
    }

    @Test
    void theAdministratorsTokenIsInAFileOfItsOwner() throws IOException {
        Centre centre = parts.running().orElseThrow();
        Path file = centre.settings().home().resolve(Process.TOKEN_FILE);
        assertThat(Files.readString(file)).matches("sk-[A-Za-z0-9]{48}\\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aBatchJobRunsAndItsRepositoryLiesBesideOurTables() throws SQLException {
        JobOperator operator = BatchRuntime.getJobOperator();
        long execution = operator.start("one-step", null);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> operator.getJobExecution(execution).getBatchStatus() == BatchStatus.COMPLETED);
        assertThat(operator.getStepExecutions(execution))
                .extracting(StepExecution::getExitStatus)
                .containsExactly(OneStep.DONE);
        assertThat(tables()).contains("task", "jbatchexecutioninstancedata");
    }

    /** Who asks the server for its batch jobs sees runs of the Channel API there, and how they have ended. */
    @Test
    void runsOfAnsibleAreBatchJobs() throws Exception {
        Runs runs = parts.running().orElseThrow().runs();
        long succeeding = runs.submit(run("[{ping: }]"));
        long failing = runs.submit(run("[{fail: }]"));
        long stopped = runs.submit(run("[{command: sleep 543}]"));
        await().atMost(Duration.ofSeconds(120)).until(() -> status(runs, stopped) == Status.RUNNING);

        runs.stop(stopped);

        assertJob(succeeding, BatchStatus.COMPLETED, "SUCCEEDED");
        assertJob(failing, BatchStatus.FAILED, "FAILED");
        assertJob(stopped, BatchStatus.STOPPED, "CANCELLED");
        assertThat(status(runs, succeeding)).isEqualTo(Status.SUCCEEDED);
        assertThat(status(runs, failing)).isEqualTo(Status.FAILED);
        assertThat(status(runs, stopped)).isEqualTo(Status.STOPPED);
    }

    private static NewRun run(String tasks) {
        return new NewRun(
                "in the container: " + tasks,
                "admin",
                "1-1",
                false,
                List.of("here"),
                new Work(Work.Kind.PLAYBOOK, "- hosts: all\n  gather_facts: false\n  tasks: " + tasks + "\n"),
                "{\"ansible_connection\":\"local\",\"ansible_python_interpreter\":\"/usr/bin/python3\"}",
                "root",
                1,
                0,
                false,
                List.of(),
                List.of(),
                Duration.ofMinutes(5));
    }

    private static Status status(Runs runs, long run) throws SQLException {
        return runs.find(run, null, source -> true).orElseThrow().status();
    }

    /** That the last job of a task has ended so, and both its steps have been done. */
    private static void assertJob(long task, BatchStatus status, String exit) {
        JobOperator operator = BatchRuntime.getJobOperator();
        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            JobExecution job = operator.getJobInstances("ansible-run", 0, 100).stream()
                    .flatMap(instance -> operator.getJobExecutions(instance).stream())
                    .filter(execution -> operator.getParameters(execution.getExecutionId())
                            .getProperty("taskId")
                            .equals(Long.toString(task)))
                    .max(Comparator.comparing(JobExecution::getExecutionId))
                    .orElseThrow();
            assertThat(job.getBatchStatus()).isEqualTo(status);
            assertThat(job.getExitStatus()).isEqualTo(exit);
            assertThat(operator.getStepExecutions(job.getExecutionId()))
                    .extracting(StepExecution::getStepName, StepExecution::getBatchStatus, StepExecution::getExitStatus)
                    .containsExactly(
                            tuple("play", BatchStatus.COMPLETED, "PLAYED"),
                            tuple("settle", BatchStatus.COMPLETED, exit));
        });
    }

    private List<String> tables() throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Connection connection = source.getConnection();
                ResultSet rows = connection.getMetaData().getTables(null, "PUBLIC", null, null)) {
            while (rows.next()) {
                tables.add(rows.getString("TABLE_NAME").toLowerCase(Locale.ROOT));
            }
        }
        return tables;
    }
}
