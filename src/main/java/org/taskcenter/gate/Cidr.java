package org.taskcenter.gate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A block of addresses.
 *
 * @param network the first address; 4 or 16 bytes
 * @param prefix how many leading bits are fixed
 */
record Cidr(byte[] network, int prefix) {
    /** Reads {@code 10.0.0.0/8}, {@code fd00::/8} or a single address. Bits behind the prefix do not matter. */
    static Cidr of(String text) {
        int slash = text.indexOf('/');
        String start = slash < 0 ? text : text.substring(0, slash);
        byte[] network = literal(start, text).getAddress();
        int bits = network.length * 8;
        int prefix = slash < 0 ? bits : number(text.substring(slash + 1), text);
        if (network.length == 4 && start.indexOf(':') >= 0) {
            prefix -= 96; // written as IPv4 mapped into IPv6
        }
        if (prefix < 0 || prefix > bits) {
            throw wrong(text);
        }
        return new Cidr(network, prefix);
    }

    boolean contains(byte[] address) {
        if (address.length != network.length) {
            return false;
        }
        int bytes = prefix / 8;
        for (int i = 0; i < bytes; i++) {
            if (address[i] != network[i]) {
                return false;
            }
        }
        int rest = prefix % 8;
        return rest == 0 || (address[bytes] & 0xFF) >> 8 - rest == (network[bytes] & 0xFF) >> 8 - rest;
    }

    private static InetAddress literal(String start, String text) {
        try {
            return start.indexOf(':') >= 0 ? Literals.ipv6(start) : Literals.ipv4(start);
        } catch (UnknownHostException e) {
            throw wrong(text);
        }
    }

    private static int number(String digits, String text) {
        if (!digits.matches("[0-9]{1,3}")) {
            throw wrong(text);
        }
        return Integer.parseInt(digits);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is not a block of addresses; expected is one like 10.0.0.0/8, 127.0.0.1 or fd00::/8");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr cidr && prefix == cidr.prefix && Arrays.equals(network, cidr.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + prefix;
    }
}
