/** A kind of work: tasks that third-party platforms do. They are submitted, asked after until they end, and paid for. */
package org.taskcenter.platform;
