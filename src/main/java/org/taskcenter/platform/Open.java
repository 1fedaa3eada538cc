package org.taskcenter.platform;

/** A task that a third party has, as this member remembers it between polls. Guarded by its {@link Book}. */
final class Open {
    final long id;
    final String upstreamId;
    final long channel;

    /** By {@link System#nanoTime()}. */
    long nextPoll;
    /** When something happened to it last. */
    long lastNews;
    /** A number for what was last seen of it; 0 where nothing was. */
    long seen;

    Open(long id, String upstreamId, long channel, long nextPoll, long lastNews) {
        this.id = id;
        this.upstreamId = upstreamId;
        this.channel = channel;
        this.nextPoll = nextPoll;
        this.lastNews = lastNews;
    }
}
