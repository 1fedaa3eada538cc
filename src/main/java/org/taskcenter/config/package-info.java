/** What an operator can set, read once at the start and checked there. */
package org.taskcenter.config;
