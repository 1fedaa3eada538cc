package org.taskcenter.account;

/**
 * Who changes something.
 *
 * @param caller the account
 * @param source the address the change was asked for from
 */
public record Actor(Caller caller, String source) {}
