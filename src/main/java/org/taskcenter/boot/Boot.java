package org.taskcenter.boot;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.annotation.sql.DataSourceDefinition;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ManagedExecutorDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.taskcenter.config.Settings;
import org.taskcenter.config.WrongSetting;
import org.taskcenter.secret.UnfitKey;
import org.taskcenter.store.DatabaseUnusable;
import org.taskcenter.store.Migration;

/** Starts the centre with the application and stops it before the server takes the data source away. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
@DataSourceDefinition(
        name = Boot.DATA_SOURCE,
        className = "org.taskcenter.store.ConfiguredDataSource",
        initialPoolSize = 4,
        minPoolSize = 4,
        maxPoolSize = 40,
        properties = {
            "profile=default",
            // Payara: without these, connections that an outage has broken are given out for ever.
            "fish.payara.is-connection-validation-required=true",
            "fish.payara.connection-validation-method=custom-validation",
            "fish.payara.validation-classname=org.glassfish.api.jdbc.validation.JDBC40ConnectionValidation",
            "fish.payara.validate-atmost-once-period-in-seconds=1",
            "fish.payara.fail-all-connections=true",
            "fish.payara.max-wait-time-in-millis=10000",
            // Wrappers around statements that only tracing needs
            "fish.payara.wrap-jdbc-objects=false",
            "fish.payara.skip-client-info-validation=true"
        })
@ManagedExecutorDefinition(name = Boot.CALLS, maxAsync = 4)
@ManagedExecutorDefinition(name = Boot.JOBS, maxAsync = 2)
public class Boot {
    static final String DATA_SOURCE = "java:global/jdbc/taskcenter";
    static final String CALLS = "java:app/concurrent/calls";
    static final String JOBS = "java:app/concurrent/jobs";

    @Resource(lookup = DATA_SOURCE)
    private DataSource source;

    @Resource
    private ManagedThreadFactory threads;

    @Resource(lookup = CALLS)
    private ManagedExecutorService calls;

    @Resource(lookup = JOBS)
    private ManagedExecutorService jobs;

    @Inject
    private Parts parts;

    @Inject
    private Process process;

    @Inject
    private Stop stop;

    @PostConstruct
    void start() {
        process.formatLog();
        try {
            Settings settings = Settings.ofProcess();
            makeHome(settings.home());
            new Migration(settings.database()).run();
            Centre centre = new Centre(settings, source, threads, calls, jobs, parts.metrics());
            parts.of(centre);
            process.greet(settings, centre.newAdminToken());
        } catch (WrongSetting | UnfitKey | DatabaseUnusable | IOException | SQLException e) {
            throw process.cannotStart(e.getMessage(), e);
        } catch (RuntimeException e) {
            throw process.cannotStart(e.toString(), e);
        }
    }

    @PreDestroy
    void stop() {
        stop.once();
        process.stopped();
    }

    private static void makeHome(Path home) throws IOException {
        try {
            Files.createDirectories(home);
        } catch (IOException e) {
            throw new IOException("TASKCENTER_HOME=" + home + ": cannot be made: " + e, e);
        }
    }
}
