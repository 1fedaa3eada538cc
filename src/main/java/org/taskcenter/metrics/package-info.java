/** What can be watched from outside: counters, gauges and histograms, and the page that shows them. */
package org.taskcenter.metrics;
