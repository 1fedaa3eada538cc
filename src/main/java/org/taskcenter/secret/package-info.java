/** Secrets at rest: sealed before they are stored, opened for those who need them, and sealed anew when the key changes. */
package org.taskcenter.secret;
