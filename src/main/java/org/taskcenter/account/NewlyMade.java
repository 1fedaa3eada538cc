package org.taskcenter.account;

/**
 * An account that was just made, with what is shown this once.
 *
 * @param token its main token
 * @param webhookSecret what is pushed to it is signed with
 */
public record NewlyMade(Profile account, String token, String webhookSecret) {
    @Override
    public String toString() {
        return "NewlyMade[" + account + ", (secret)]";
    }
}
