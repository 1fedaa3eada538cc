package org.taskcenter.account;

/**
 * Who changes something.
 *
 * @param caller the account
 * @param source the address the change was asked for from
 * @param request the id of the request that asked for it, by which the log names it; null where none did
 */
public record Actor(Caller caller, String source, String request) {}
