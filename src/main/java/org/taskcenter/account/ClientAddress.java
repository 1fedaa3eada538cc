package org.taskcenter.account;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Where a request comes from, as far as it can be believed. It is found out once for each request. */
public final class ClientAddress {
    private static final int IPV6_NETWORK_BYTES = 8;
    private static final int IPV6_BYTES = 16;

    private final String text;
    private final String network;
    private final boolean trusted;

    ClientAddress(byte[] address, boolean trusted) {
        this.text = text(address);
        // Who has an IPv6 address has the whole network around it.
        this.network = address.length == IPV6_BYTES
                ? text(Arrays.copyOf(Arrays.copyOf(address, IPV6_NETWORK_BYTES), IPV6_BYTES))
                : text;
        this.trusted = trusted;
    }

    /** That of a request. */
    public static ClientAddress of(HttpServletRequest request) {
        if (request.getAttribute(ClientAddress.class.getName()) instanceof ClientAddress address) {
            return address;
        }
        throw new IllegalStateException("a request that has come past the authentication");
    }

    void keepIn(HttpServletRequest request) {
        request.setAttribute(ClientAddress.class.getName(), this);
    }

    /** The address in figures, without a port. */
    public String text() {
        return text;
    }

    /** Whether the channel API may be used from there without a token. */
    public boolean isTrusted() {
        return trusted;
    }

    /** What is surely one client's: an IPv4 address, an IPv6 network of 64 bits. */
    String network() {
        return network;
    }

    private static String text(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
