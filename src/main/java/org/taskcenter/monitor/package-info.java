/** What administrators see of tasks, of whatever kind. */
package org.taskcenter.monitor;
