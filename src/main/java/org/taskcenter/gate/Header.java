package org.taskcenter.gate;

/**
 * One header of a request or of an answer.
 *
 * @param value in a request: what can be sent (see {@link Request}); in an answer: as received, each byte a character
 */
public record Header(String name, String value) {}
