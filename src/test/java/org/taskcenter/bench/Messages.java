package org.taskcenter.bench;

import java.net.URI;

/** Messages of the Manager API as the bench sends them: calls with a body of 300 bytes. */
final class Messages {

    static final int BATCH = 500;
    static final String BODY = "<Visitor>" + "x".repeat(281) + "</Visitor>";

    private final String from;

    private Messages(String from) {
        this.from = from;
    }

    /** Those of the client of this name. */
    static Messages from(String name) {
        return new Messages(name);
    }

    String one(String id, URI url) {
        return "{\"message_type\":\"add_task\",\"parameters\":" + task(id, url, null) + "}";
    }

    /** A message of {@link #BATCH} tasks. */
    String many(String idPrefix, URI url) {
        return many(idPrefix, url, null);
    }

    /** A message of {@link #BATCH} tasks whose results are pushed. */
    String many(String idPrefix, URI url, URI returnPath) {
        StringBuilder text = new StringBuilder("{\"message_type\":\"add_task\",\"parameters\":[");
        for (int i = 0; i < BATCH; i++) {
            text.append(i == 0 ? "" : ",").append(task(idPrefix + "-" + i, url, returnPath));
        }
        return text.append("]}").toString();
    }

    private String task(String id, URI url, URI returnPath) {
        String back = returnPath == null ? "" : ",\"return_path\":\"" + returnPath + "\"";
        return "{\"from\":\"" + from + "\",\"id\":\"" + id + "\",\"type\":\"MP-API\"" + back + ",\"task\":{\"url\":\""
                + url + "\",\"method\":\"POST\",\"body\":\"" + BODY + "\"}}";
    }
}
