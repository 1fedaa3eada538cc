package org.taskcenter.platform;

import java.util.List;

/**
 * Which member asks after which tasks. Each channel is cut into shards by the number of the task, and each shard belongs to one
 * of the members that are alive: all of them come to the same division by themselves, from their ids alone, and when one joins
 * or goes only its shards move. What makes a member's claim to its shards good is its lease as a member. Should two believe for
 * a moment that a shard is theirs, both ask after its tasks, and what they store is conditional.
 */
record Shards(long me, List<Long> members) {
    private static final int IN_A_CHANNEL = 64;

    boolean isMine(long channel, long task) {
        long shard = Math.floorMod(task, IN_A_CHANNEL);
        long owner = me;
        long highest = Long.MIN_VALUE;
        for (long member : members) {
            long weight = mixed(mixed(member) + 31 * mixed(channel) + shard);
            if (weight > highest) {
                highest = weight;
                owner = member;
            }
        }
        return owner == me;
    }

    /** Spreads numbers evenly (the finalizer of SplitMix64). */
    private static long mixed(long number) {
        long z = number + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
