package org.taskcenter.gate;

/**
 * One server: what connections are kept for.
 *
 * @param host a name in lower case, or an address (IPv6 without brackets)
 */
record Route(boolean tls, String host, int port) {
    @Override
    public String toString() {
        return host + (host.indexOf(':') < 0 ? ":" : " port ") + port;
    }
}
