/**
 * The Manager API: messages that hand in calls, ask for them and cancel them.
 *
 * <p>What a message means is apart from how it travels: {@link org.taskcenter.api.manager.Messages} takes bytes and gives
 * bytes, whatever the door they come through.
 */
package org.taskcenter.api.manager;
