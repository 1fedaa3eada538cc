package org.taskcenter.config;

/** A text that must not be shown, in a log or anywhere else. */
public record Secret(String value) {
    @Override
    public String toString() {
        return "(secret)";
    }
}
