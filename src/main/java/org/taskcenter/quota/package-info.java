/** What tasks cost: balances of accounts, and the ledger of everything that moves them. */
package org.taskcenter.quota;
