package org.taskcenter.store;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * What is kept as entities, read and changed in short transactions on the data source, outside any transaction of the
 * container. It is made when the schema is up to date; a persistence unit of the server's would need the database before our
 * start can wait for it.
 */
public final class Entities implements AutoCloseable {
    private final DataSource source;
    private final EntityManagerFactory factory;

    public Entities(DataSource source) {
        this.source = source;
        this.factory = Persistence.createEntityManagerFactory(
                "taskcenter", Map.of("jakarta.persistence.nonJtaDataSource", source));
    }

    /** Reads; entities must not leave the work. */
    public <T> T read(Function<EntityManager, T> work) {
        failSoon();
        EntityManager entities = factory.createEntityManager();
        try {
            return work.apply(entities);
        } finally {
            entities.close();
        }
    }

    /**
     * Does the work in one transaction; entities must not leave it.
     *
     * @throws RuntimeException the work's own, and nothing is stored; or of the commit, and where the connection broke in it
     *     perhaps all is stored
     */
    public <T> T transaction(Function<EntityManager, T> work) {
        return read(entities -> {
            entities.getTransaction().begin();
            try {
                T result = work.apply(entities);
                entities.getTransaction().commit();
                return result;
            } catch (RuntimeException e) {
                rollBack(entities, e);
                throw e;
            }
        });
    }

    @Override
    public void close() {
        factory.close();
    }

    /** EclipseLink would try for ten seconds to get a connection, and hold the request meanwhile. */
    private void failSoon() {
        try {
            source.getConnection().close();
        } catch (SQLException e) {
            throw new PersistenceException(e);
        }
    }

    private static void rollBack(EntityManager entities, RuntimeException cause) {
        try {
            if (entities.getTransaction().isActive()) {
                entities.getTransaction().rollback();
            }
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }
}
