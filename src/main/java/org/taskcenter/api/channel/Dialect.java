package org.taskcenter.api.channel;

/** Which shapes the sender of a request can read. The header it names its source in tells. */
enum Dialect {
    /** That of the API's document: {@code X-RESOURCE}. */
    DOCUMENT("X-RESOURCE"),
    /** That of programs in the field: {@code X-SOURCE}. */
    FIELD("X-SOURCE");

    private final String header;

    Dialect(String header) {
        this.header = header;
    }

    String header() {
        return header;
    }
}
