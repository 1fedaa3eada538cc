package org.taskcenter.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.annotation.Resource;
import jakarta.batch.operations.JobOperator;
import jakarta.batch.runtime.BatchRuntime;
import jakarta.batch.runtime.BatchStatus;
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
