package org.taskcenter.listing;

/** What tasks are counted by: whose they are, and where and how they stand. */
public record Group(long account, String platform, String action, long channel, String status) {
    /** The same of another account. */
    Group of(long other) {
        return new Group(other, platform, action, channel, status);
    }
}
