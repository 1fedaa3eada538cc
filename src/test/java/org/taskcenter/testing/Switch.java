package org.taskcenter.testing;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/** A data source that can be switched off, so that it refuses, or held, so that whoever asks it waits. */
public final class Switch {
    private final DataSource source;
    private final DataSource switched;
    private volatile boolean off;
    private volatile CountDownLatch held = new CountDownLatch(0);

    public Switch(DataSource source) {
        this.source = source;
        this.switched = (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("getConnection")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return connection();
                });
    }

    private Connection connection() throws SQLException {
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new SQLException("interrupted", "08000", e);
        }
        if (off) {
            throw new SQLException("switched off", "08001");
        }
        return source.getConnection();
    }

    public DataSource source() {
        return switched;
    }

    public void off() {
        off = true;
    }

    public void on() {
        off = false;
    }

    public void hold() {
        held = new CountDownLatch(1);
    }

    public void release() {
        held.countDown();
    }
}
