package org.taskcenter.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A block of IPv4 or IPv6 addresses (RFC 4632, RFC 4291).
 *
 * @param network an address of the block, 4 or 16 bytes; not to be changed
 * @param prefix how many of its leading bits all addresses of the block share
 */
public record Cidr(byte[] network, int prefix) {
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
    private static final int MAPPED_BITS = 96;

    /** @throws IllegalArgumentException where the prefix is longer than the address */
    public Cidr {
        if (prefix < 0 || prefix > network.length * Byte.SIZE) {
            throw new IllegalArgumentException("a prefix of " + prefix + " bits");
        }
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code fd00::/8} or a single address. Names are not looked up.
     *
     * @throws IllegalArgumentException where it is none of these
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        byte[] network = address(address);
        int prefix = slash < 0 ? network.length * Byte.SIZE : number(text.substring(slash + 1));
        boolean mapped = slash >= 0 && network.length == 4 && address.indexOf(':') >= 0;
        return new Cidr(network, mapped ? prefix - MAPPED_BITS : prefix);
    }

    /** Whether the address, 4 or 16 bytes, lies in this block. */
    public boolean contains(byte[] address) {
        if (address.length != network.length) {
            return false;
        }
        int whole = prefix / Byte.SIZE;
        if (!Arrays.equals(address, 0, whole, network, 0, whole)) {
            return false;
        }
        int rest = prefix % Byte.SIZE;
        return rest == 0
                || (address[whole] & 0xff) >>> Byte.SIZE - rest == (network[whole] & 0xff) >>> Byte.SIZE - rest;
    }

    private static int number(String digits) {
        if (!digits.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("not a length: " + digits);
        }
        return Integer.parseInt(digits);
    }

    private static byte[] address(String text) {
        try {
            // What stands in brackets can only be IPv6; without them a name would be looked up.
            return InetAddress.getByName(IPV4.matcher(text).matches() ? text : "[" + text + "]")
                    .getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address: " + text, e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr cidr && prefix == cidr.prefix && Arrays.equals(network, cidr.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + prefix;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/" + prefix;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
