package org.taskcenter.bench;

/** What is measured, in the order in which it is shown. */
enum Metric {
    FLOOR_HTTP("bare HTTP client, 64 in flight", "calls/s"),
    FLOOR_INSERT_MANY("JDBC inserts, 500 a transaction, 4 connections", "rows/s"),
    FLOOR_INSERT_ONE("JDBC inserts, 1 a transaction, 32 connections", "rows/s"),
    FLOOR_UPDATE("JDBC updates, 500 by one unnest statement, 4 connections", "rows/s"),
    ACCEPT_ONE("accepted one by one, 16 connections", "tasks/s", FLOOR_INSERT_ONE),
    ACCEPT_MANY("accepted in messages of 500, 4 connections", "tasks/s", FLOOR_INSERT_MANY),
    DRAIN("drained", "tasks/s", FLOOR_HTTP),
    DRAIN_CPU_CENTRE("CPU a drained task, the centre", "ms"),
    DRAIN_CPU_POSTGRES("CPU a drained task, PostgreSQL", "ms"),
    DRAIN_PUSHED("drained and their results pushed", "tasks/s", DRAIN),
    LATENCY_P50("add_task sent to call arrived at 50/s, p50", "ms"),
    LATENCY_P99("add_task sent to call arrived at 50/s, p99", "ms"),
    FAIR_FIRST_POSTGRES("a client's first task while 100 000 of another wait, PostgreSQL: sent to arrived", "ms"),
    FAIR_WORST_POSTGRES("the longest of its 20", "ms"),
    FAIR_FIRST_H2("a client's first task while 100 000 of another wait, H2: sent to arrived", "ms"),
    FAIR_WORST_H2("the longest of its 20", "ms"),
    POLL_ROUND("100 000 open tasks at 10 channels asked after once", "s"),
    POLL_TRANSACTIONS_IDLE("transactions of such a round, nothing has changed", ""),
    POLL_WRITTEN_IDLE("rows of tasks written by it", ""),
    POLL_TRANSACTIONS_CHANGED("transactions of such a round, 1 000 have changed", ""),
    POLL_WRITTEN_CHANGED("rows of tasks written by it", ""),
    MEMORY("resident memory of the centre after the round", "MiB");

    private final String label;
    private final String unit;
    private final Metric floor;

    Metric(String label, String unit) {
        this(label, unit, null);
    }

    Metric(String label, String unit, Metric floor) {
        this.label = label;
        this.unit = unit;
        this.floor = floor;
    }

    String label() {
        return label;
    }

    String unit() {
        return unit;
    }

    /** What to compare it with; null for nothing. */
    Metric floor() {
        return floor;
    }
}
