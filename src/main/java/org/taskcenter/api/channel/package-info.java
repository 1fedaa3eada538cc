/** The Channel API: {@code /api/run}, {@code /api/stop}, {@code /api/check}, {@code /api/getlog}, {@code /api/parallel_run}. */
package org.taskcenter.api.channel;
