/** Channels to third parties, their keys, which of them is chosen, and platforms that are declared. */
package org.taskcenter.upstream;
