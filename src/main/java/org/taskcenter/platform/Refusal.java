package org.taskcenter.platform;

/**
 * Why a submission is not done, for whoever made it.
 *
 * @param status an HTTP status
 * @param code a word for programs
 */
public record Refusal(int status, String code, String message) {}
