package org.taskcenter.account;

/** Told within the transaction of a change of accounts or tokens. */
record AccountsChanged() {}
