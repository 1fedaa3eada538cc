package org.taskcenter.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A range of IPv4 or IPv6 addresses.
 *
 * @param network one address of the range
 * @param prefix how many of its leading bits all addresses of the range share
 */
public record Cidr(InetAddress network, int prefix) {
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");

    /** @throws IllegalArgumentException where the prefix is longer than the address */
    public Cidr {
        if (prefix < 0 || prefix > network.getAddress().length * 8) {
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
        InetAddress network = address(slash < 0 ? text : text.substring(0, slash));
        int prefix = slash < 0 ? network.getAddress().length * 8 : number(text.substring(slash + 1));
        return new Cidr(network, prefix);
    }

    /** Whether the address lies in this range. */
    public boolean contains(InetAddress address) {
        byte[] theirs = address.getAddress();
        byte[] ours = network.getAddress();
        if (theirs.length != ours.length) {
            return false;
        }
        int whole = prefix / 8;
        for (int i = 0; i < whole; i++) {
            if (theirs[i] != ours[i]) {
                return false;
            }
        }
        int rest = prefix % 8;
        return rest == 0 || (theirs[whole] & 0xff) >>> 8 - rest == (ours[whole] & 0xff) >>> 8 - rest;
    }

    private static int number(String digits) {
        if (!digits.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("not a length: " + digits);
        }
        return Integer.parseInt(digits);
    }

    private static InetAddress address(String text) {
        try {
            // What stands in brackets can only be IPv6; without them a name would be looked up.
            return InetAddress.getByName(IPV4.matcher(text).matches() ? text : "[" + text + "]");
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address: " + text, e);
        }
    }
}
