package org.taskcenter.call;

/**
 * A call as it was found.
 *
 * @param status its body is null where it is long
 * @param length of the body, in bytes as UTF-8
 * @param isComplete whether {@code status} has its body
 */
public record FoundCall(long task, int generation, CallStatus status, int length, boolean isComplete) {}
