package org.taskcenter.bench;

import java.net.URI;

/** Messages of the Manager API as the bench sends them: calls with a body of 300 bytes. */
final class Messages {

    static final int BATCH = 500;
    static final String BODY = "<Visitor>" + "x".repeat(281) + "</Visitor>";

    private Messages() {}

    static String one(String id, URI url) {
        return "{\"message_type\":\"add_task\",\"parameters\":" + task(id, url, null) + "}";
    }

    /** A message of {@link #BATCH} tasks. */
    static String many(String idPrefix, URI url) {
        return many(idPrefix, url, null);
    }

    /** A message of {@link #BATCH} tasks whose results are pushed. */
    static String many(String idPrefix, URI url, URI returnPath) {
        StringBuilder text = new StringBuilder("{\"message_type\":\"add_task\",\"parameters\":[");
        for (int i = 0; i < BATCH; i++) {
            text.append(i == 0 ? "" : ",").append(task(idPrefix + "-" + i, url, returnPath));
        }
        return text.append("]}").toString();
    }

    private static String task(String id, URI url, URI returnPath) {
        String back = returnPath == null ? "" : ",\"return_path\":\"" + returnPath + "\"";
        return "{\"from\":\"bench\",\"id\":\"" + id + "\",\"type\":\"MP-API\"" + back + ",\"task\":{\"url\":\"" + url
                + "\",\"method\":\"POST\",\"body\":\"" + BODY + "\"}}";
    }
}
