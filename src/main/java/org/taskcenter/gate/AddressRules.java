package org.taskcenter.gate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.taskcenter.config.Cidr;

/**
 * Which addresses may be connected to: those of the public internet, and those that an operator has allowed.
 *
 * <p>Refused, unless allowed, is what IANA's special-purpose registries keep from the public internet. IPv4: 0.0.0.0/8
 * (unspecified), 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16 (private), 100.64.0.0/10 (carrier-grade NAT), 127.0.0.0/8
 * (loopback), 169.254.0.0/16 (link-local, the clouds' metadata among it), 192.0.0.0/24 (protocol assignments),
 * 192.88.99.0/24 (6to4 relays), 192.0.2.0/24, 198.51.100.0/24 and 203.0.113.0/24 (documentation), 198.18.0.0/15
 * (benchmarks), 224.0.0.0/4 (multicast), 240.0.0.0/4 (reserved, 255.255.255.255 among it), and 168.63.129.16 (a public
 * address that inside of a certain cloud is the platform's own). IPv6: everything outside of 2000::/3 (so loopback,
 * unspecified, unique local fc00::/7, link-local fe80::/10, site-local fec0::/10, multicast ff00::/8, IPv4-compatible
 * ::/96, local NAT64 64:ff9b:1::/48), and in it 2001::/23 (protocol assignments), 2001:db8::/32 and 3fff::/20
 * (documentation).
 *
 * <p>IPv6 addresses that lead to an IPv4 address are judged by that address: IPv4-mapped ::ffff:0:0/96, NAT64
 * 64:ff9b::/96, 6to4 2002::/16, Teredo 2001::/32 (by its client and its server), and ISATAP (any prefix, and ::5efe or
 * ::200:5efe before the last 32 bits).
 */
public final class AddressRules {
    private record Block(Cidr cidr, String name) {}

    private static final List<Block> SPECIAL = List.of(
            block("0.0.0.0/8", "an unspecified address"),
            block("10.0.0.0/8", "a private address"),
            block("100.64.0.0/10", "an address behind a carrier's NAT"),
            block("127.0.0.0/8", "a loopback address"),
            block("168.63.129.16/32", "an address of a cloud platform's own services"),
            block("169.254.0.0/16", "a link-local address"),
            block("172.16.0.0/12", "a private address"),
            block("192.0.0.0/24", "an address for protocol assignments"),
            block("192.0.2.0/24", "a documentation address"),
            block("192.88.99.0/24", "an address of 6to4 relays"),
            block("192.168.0.0/16", "a private address"),
            block("198.18.0.0/15", "an address for benchmarks"),
            block("198.51.100.0/24", "a documentation address"),
            block("203.0.113.0/24", "a documentation address"),
            block("224.0.0.0/4", "a multicast address"),
            block("255.255.255.255/32", "a broadcast address"),
            block("240.0.0.0/4", "a reserved address"),
            block("::/128", "an unspecified address"),
            block("::1/128", "a loopback address"),
            block("fc00::/7", "a private address"),
            block("fe80::/10", "a link-local address"),
            block("fec0::/10", "a private address"),
            block("ff00::/8", "a multicast address"),
            block("64:ff9b:1::/48", "an address of a local NAT64"),
            block("2001::/23", "an address for protocol assignments"),
            block("2001:db8::/32", "a documentation address"),
            block("3fff::/20", "a documentation address"));

    private static final Cidr GLOBAL_UNICAST = Cidr.parse("2000::/3");
    private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");
    private static final Cidr SIX_TO_FOUR = Cidr.parse("2002::/16");
    private static final Cidr TEREDO = Cidr.parse("2001::/32");
    private static final Cidr MAPPED = new Cidr(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0}, 96);

    private final List<Cidr> allowed;

    /** @param allowed blocks that may be reached besides the public internet */
    public AddressRules(List<Cidr> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /** What kind of address it is, where it may not be connected to: "a loopback address". */
    public Optional<String> whyForbidden(InetAddress address) {
        return Optional.ofNullable(judge(address.getAddress()));
    }

    private String judge(byte[] address) {
        for (Cidr cidr : allowed) {
            if (cidr.contains(address)) {
                return null;
            }
        }
        if (address.length == 16) {
            if (MAPPED.contains(address) || NAT64.contains(address)) {
                return judgeEmbedded(address, 12, 0);
            }
            if (SIX_TO_FOUR.contains(address)) {
                return judgeEmbedded(address, 2, 0);
            }
            if (TEREDO.contains(address)) {
                String server = judgeEmbedded(address, 4, 0);
                return server != null ? server : judgeEmbedded(address, 12, 0xFF);
            }
        }
        for (Block block : SPECIAL) {
            if (block.cidr.contains(address)) {
                return block.name;
            }
        }
        if (address.length == 16 && !GLOBAL_UNICAST.contains(address)) {
            return "a reserved address";
        }
        return isIsatap(address) ? judgeEmbedded(address, 12, 0) : null;
    }

    /** Whether it is one of RFC 5214: its interface identifier is that of an IPv4 address, said to be global or not. */
    private static boolean isIsatap(byte[] address) {
        return address.length == 16
                && (address[8] & ~2) == 0
                && address[9] == 0
                && address[10] == 0x5E
                && address[11] == (byte) 0xFE;
    }

    private String judgeEmbedded(byte[] address, int from, int mask) {
        byte[] embedded = Arrays.copyOfRange(address, from, from + 4);
        for (int i = 0; i < 4; i++) {
            embedded[i] ^= (byte) mask;
        }
        String name = judge(embedded);
        return name == null ? null : name + " (in IPv6)";
    }

    private static Block block(String cidr, String name) {
        return new Block(Cidr.parse(cidr), name);
    }

    /** For messages: the address without the host name it came from. */
    static String plain(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
