/** What the APIs have in common over HTTP: how bodies are read and how failures are answered. */
package org.taskcenter.api;
