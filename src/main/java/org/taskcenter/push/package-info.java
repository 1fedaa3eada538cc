/** Results come back: pushes to an address, or over a WebSocket to the sender of the call. */
package org.taskcenter.push;
