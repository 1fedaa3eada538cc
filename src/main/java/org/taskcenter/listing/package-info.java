/** Lists of third parties' tasks: pages, filters, and how many there are. */
package org.taskcenter.listing;
