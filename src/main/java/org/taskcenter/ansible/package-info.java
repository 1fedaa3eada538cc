/**
 * A kind of work: Ansible on nodes. A run is one playbook process over all its nodes; a parallel one is dealt out in shares of
 * one node each, which any member may take.
 */
package org.taskcenter.ansible;
