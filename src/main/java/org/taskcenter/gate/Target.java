package org.taskcenter.gate;

import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a request goes, read from its URL; the only reader there is, for the check at acceptance and for sending alike.
 *
 * <p>Names become lower case, their international characters ASCII, a final dot is dropped. What ends in a number is an
 * address and must be written as four decimal numbers: other spellings ({@code 127.1}, {@code 0x7f000001},
 * {@code 2130706433}, {@code 0177.0.0.1}) are read differently by different programs and are forbidden.
 *
 * @param route which server
 * @param literal the address, where the URL names one; else null
 * @param authority host and port as they go into the Host header
 * @param path path and query, in ASCII
 */
record Target(Route route, InetAddress literal, String authority, String path) {
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    static Target of(URI uri) throws BadTarget {
        boolean tls = isTls(uri.getScheme());
        String authority = uri.getRawAuthority();
        if (authority == null || authority.isEmpty()) {
            throw BadTarget.malformed("the URL names no host");
        }
        if (authority.indexOf('@') >= 0) {
            throw BadTarget.malformed("the URL holds a user name or a password; put it into a header instead");
        }
        int colon = authority.indexOf(':', Math.max(0, authority.lastIndexOf(']')));
        String written = colon < 0 ? authority : authority.substring(0, colon);
        int port = port(colon < 0 ? "" : authority.substring(colon + 1), tls);
        InetAddress literal;
        String host;
        String inHeader;
        if (written.startsWith("[")) {
            literal = ipv6(written);
            host = AddressRules.plain(literal);
            inHeader = written.toLowerCase(Locale.ROOT);
        } else {
            host = name(written);
            inHeader = host;
            literal = endsInNumber(host) ? ipv4(host) : null;
        }
        return new Target(
                new Route(tls, host, port),
                literal,
                port == (tls ? 443 : 80) ? inHeader : inHeader + ":" + port,
                path(uri));
    }

    private static boolean isTls(String scheme) throws BadTarget {
        if ("https".equalsIgnoreCase(scheme)) {
            return true;
        }
        if ("http".equalsIgnoreCase(scheme)) {
            return false;
        }
        throw BadTarget.malformed("only http and https URLs are called");
    }

    private static int port(String digits, boolean tls) throws BadTarget {
        if (digits.isEmpty()) {
            return tls ? 443 : 80;
        }
        int port = PORT.matcher(digits).matches() ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65_535) {
            throw BadTarget.malformed("the URL's port is not one of 1 to 65535");
        }
        return port;
    }

    private static InetAddress ipv6(String written) throws BadTarget {
        try {
            return Literals.ipv6(written.endsWith("]") ? written.substring(1, written.length() - 1) : "");
        } catch (UnknownHostException e) {
            throw new BadTarget("the URL's IPv6 address cannot be read; write it without a zone");
        }
    }

    private static InetAddress ipv4(String host) throws BadTarget {
        try {
            return Literals.ipv4(host);
        } catch (UnknownHostException e) {
            throw new BadTarget("the URL's host ends in a number, so it is an address, but not written as one;"
                    + " write four decimal numbers like 192.0.2.1");
        }
    }

    private static String name(String written) throws BadTarget {
        String name = written;
        if (written.length() > 1_000) {
            throw BadTarget.malformed("the URL's host is too long");
        }
        if (!isAscii(written)) {
            try {
                name = IDN.toASCII(written);
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw BadTarget.malformed("the URL's host is not an international domain name");
            }
        }
        name = name.toLowerCase(Locale.ROOT);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        if (!isHostName(name)) {
            throw BadTarget.malformed("the URL's host is not a host name");
        }
        return name;
    }

    private static String path(URI uri) {
        String path = uri.getRawPath();
        String query = uri.getRawQuery();
        String all = (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
        if (isAscii(all)) {
            return all;
        }
        StringBuilder ascii = new StringBuilder(all.length() + 64);
        for (byte b : all.getBytes(StandardCharsets.UTF_8)) {
            if (b >= 0) {
                ascii.append((char) b);
            } else {
                ascii.append(String.format("%%%02X", b & 0xFF));
            }
        }
        return ascii.toString();
    }

    private static boolean isHostName(String name) {
        int label = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.' && label > 0) {
                label = 0;
            } else if (isLetterOrDigit(c) || c == '-' || c == '_') {
                label++;
            } else {
                return false;
            }
            if (label > LONGEST_LABEL) {
                return false;
            }
        }
        return label > 0 && name.length() <= LONGEST_NAME;
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    /** Whether others would take it for an IPv4 address: the last label is decimal, octal or hexadecimal. */
    private static boolean endsInNumber(String name) {
        int start = name.lastIndexOf('.') + 1;
        boolean hex = name.startsWith("0x", start);
        for (int i = hex ? start + 2 : start; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= '0' && c <= '9' || hex && c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= 0x20 || text.charAt(i) >= 0x7F) {
                return false;
            }
        }
        return true;
    }
}
