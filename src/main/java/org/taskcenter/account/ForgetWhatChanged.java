package org.taskcenter.account;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;

/** Lets a change of accounts that this member made hold at once. */
@ApplicationScoped
class ForgetWhatChanged {
    @Inject
    Identities identities;

    void forget(@Observes(during = TransactionPhase.AFTER_SUCCESS) AccountsChanged event) {
        identities.forget();
    }
}
