/** The administration API. */
package org.taskcenter.api.admin;
