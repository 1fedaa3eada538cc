package org.taskcenter.listing;

/** What tasks are counted by: whose they are, and where and how they stand. */
public record Group(long account, String platform, String action, long channel, String status) {}
