/** Puts the centre together, starts it, says how it is, and stops it. */
package org.taskcenter.boot;
