package org.taskcenter.api.manager;

import java.security.Principal;
import org.taskcenter.account.ClientAddress;

/**
 * Who has opened a WebSocket, and by what: the token is looked at again as long as the connection stands.
 *
 * @param name the account's
 * @param authorization the header as it was sent
 * @param from where it was sent from
 */
record Ticket(String name, String authorization, ClientAddress from) implements Principal {
    @Override
    public String getName() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }
}
