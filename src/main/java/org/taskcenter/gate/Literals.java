package org.taskcenter.gate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads addresses written as numbers, in their one ordinary spelling; never asks a name server. */
final class Literals {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern QUAD = Pattern.compile(OCTET + "\\." + OCTET + "\\." + OCTET + "\\." + OCTET);
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

    private Literals() {}

    /** Four decimal numbers without leading zeros. */
    static InetAddress ipv4(String text) throws UnknownHostException {
        Matcher quad = QUAD.matcher(text);
        if (!quad.matches()) {
            throw new UnknownHostException("not an IPv4 address");
        }
        byte[] address = new byte[4];
        for (int i = 0; i < 4; i++) {
            address[i] = (byte) Integer.parseInt(quad.group(i + 1));
        }
        return InetAddress.getByAddress(address);
    }

    /** IPv6 without a zone. What is IPv4 mapped into IPv6 comes back as IPv4. */
    static InetAddress ipv6(String text) throws UnknownHostException {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || !IPV6.matcher(text).matches()) {
            throw new UnknownHostException("not an IPv6 address");
        }
        if (text.indexOf('.') >= 0 && !QUAD.matcher(text.substring(colon + 1)).matches()) {
            throw new UnknownHostException("not an IPv6 address");
        }
        return InetAddress.getByName("[" + text + "]");
    }
}
