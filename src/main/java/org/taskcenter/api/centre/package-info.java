/** The task centre's API: lists of third parties' tasks, and the routes to submit and to fetch them. */
package org.taskcenter.api.centre;
