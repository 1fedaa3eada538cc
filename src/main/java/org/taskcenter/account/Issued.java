package org.taskcenter.account;

/**
 * Something that was made together with a token, which is shown this once.
 *
 * @param <T> what was made
 * @param token the token itself
 */
public record Issued<T>(T made, String token) {
    @Override
    public String toString() {
        return "Issued[" + made + ", (secret)]";
    }
}
