package org.taskcenter.api.manager;

/**
 * The answer to one message.
 *
 * @param status as in HTTP
 * @param body JSON in UTF-8; not to be changed
 * @param over to be run, once or more often, when it is sent or will not be: it takes memory that is counted for so long
 */
public record Reply(int status, byte[] body, Runnable over) {
    Reply(int status, byte[] body) {
        this(status, body, () -> {});
    }
}
