/** The databases: connections, schema, tasks. */
package org.taskcenter.store;
