package org.taskcenter.api.manager;

/**
 * The answer to one message.
 *
 * @param status as in HTTP
 * @param body JSON in UTF-8; not to be changed
 */
public record Reply(int status, byte[] body) {}
