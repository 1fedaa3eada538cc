/** Accounts, their tokens, what they may do, and the record of who changed what. */
package org.taskcenter.account;
