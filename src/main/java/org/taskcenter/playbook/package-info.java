/** Runs Ansible: one process group a playbook, owned by a supervisor outside the JVM, and what happens in it as events. */
package org.taskcenter.playbook;
