package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
    private final AddressRules internet = Gates.allowing("");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0.0.0.0                | an unspecified address
                    0.255.255.255          | an unspecified address
                    10.0.0.0               | a private address
                    10.255.255.255         | a private address
                    100.64.0.0             | an address behind a carrier's NAT
                    100.100.100.200        | an address behind a carrier's NAT
                    100.127.255.255        | an address behind a carrier's NAT
                    127.0.0.1              | a loopback address
                    127.255.255.254        | a loopback address
                    168.63.129.16          | an address of a cloud platform's own services
                    169.254.0.1            | a link-local address
                    169.254.169.254        | a link-local address
                    172.16.0.0             | a private address
                    172.31.255.255         | a private address
                    192.0.0.1              | an address for protocol assignments
                    192.0.0.192            | an address for protocol assignments
                    192.0.2.1              | a documentation address
                    192.88.99.1            | an address of 6to4 relays
                    192.168.0.1            | a private address
                    192.168.255.255        | a private address
                    198.18.0.1             | an address for benchmarks
                    198.19.255.255         | an address for benchmarks
                    198.51.100.7           | a documentation address
                    203.0.113.7            | a documentation address
                    224.0.0.1              | a multicast address
                    239.255.255.255        | a multicast address
                    240.0.0.1              | a reserved address
                    255.255.255.254        | a reserved address
                    255.255.255.255        | a broadcast address
                    ::                     | an unspecified address
                    ::1                    | a loopback address
                    ::2                    | a reserved address
                    ::127.0.0.1            | a reserved address
                    ::8.8.8.8              | a reserved address
                    ::ffff:127.0.0.1       | a loopback address
                    ::ffff:10.1.2.3        | a private address
                    ::ffff:a9fe:a9fe       | a link-local address
                    ::ffff:0:127.0.0.1     | a reserved address
                    64:ff9b::127.0.0.1     | a loopback address (in IPv6)
                    64:ff9b::10.0.0.1      | a private address (in IPv6)
                    64:ff9b::a9fe:a9fe     | a link-local address (in IPv6)
                    64:ff9b:1::8.8.8.8     | an address of a local NAT64
                    64:ff9b:1:7f00:1::     | an address of a local NAT64
                    64:ff9b:0:1::8.8.8.8   | a reserved address
                    100::1                 | a reserved address
                    2001:0:7f00:1::f7f7:f7f7 | a loopback address (in IPv6)
                    2001:0:808:808::80ff:fffe | a loopback address (in IPv6)
                    2001:0:808:808::f5ff:fffe | a private address (in IPv6)
                    2001:2::1              | an address for protocol assignments
                    2001:10::1             | an address for protocol assignments
                    2001:20::1             | an address for protocol assignments
                    2001:db8::1            | a documentation address
                    2002:7f00:1::          | a loopback address (in IPv6)
                    2002:a00:1::1          | a private address (in IPv6)
                    2002:a9fe:a9fe::       | a link-local address (in IPv6)
                    3fff::1                | a documentation address
                    3fff:fff:ffff::1       | a documentation address
                    4000::1                | a reserved address
                    5f00::1                | a reserved address
                    fc00::1                | a private address
                    fd00:ec2::254          | a private address
                    fdff:ffff::1           | a private address
                    fe80::1                | a link-local address
                    febf::1                | a link-local address
                    fec0::1                | a private address
                    ff02::1                | a multicast address
                    """)
    void refusesWhatIsNotOfThePublicInternet(String address, String kind) throws UnknownHostException {
        assertThat(internet.whyForbidden(InetAddress.getByName(address))).contains(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "168.63.129.15",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8",
                "2001:0:808:808::f7f7:f7f7",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2002:808:808::1",
                "2606:4700::1111",
                "2a00:1450:4001:80e::200e",
                "3ffe::1",
                "3fff:1000::1"
            })
    void letsThePublicInternetPass(String address) throws UnknownHostException {
        assertThat(internet.whyForbidden(InetAddress.getByName(address))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.0/8, 127.0.0.1, 126.0.0.1, 10.0.0.1",
        "127.0.0.1, 127.0.0.1, 8.8.8.8, 127.0.0.2",
        "10.1.2.3/9, 10.127.0.1, 8.8.8.8, 10.128.0.1",
        "'10.0.0.0/8,192.168.0.0/16', 192.168.1.1, 10.0.0.1, 172.16.0.1",
        "0.0.0.0/0, 127.0.0.1, 255.255.255.255, ::1",
        "::1, ::1, 2606:4700::1111, 127.0.0.1",
        "fd00::/8, fdab::1, 2606:4700::1111, fc00::1",
        "::/0, fe80::1, ff02::1, 10.0.0.1",
        "::ffff:10.0.0.0/104, 10.9.9.9, 8.8.8.8, 127.0.0.1",
        "10.0.0.0/8, 64:ff9b::10.0.0.1, 2002:a00:1::1, 64:ff9b::127.0.0.1",
        "10.0.0.0/8, ::ffff:10.0.0.1, 10.0.0.1, ::10.0.0.1"
    })
    void letsPassWhatIsAllowed(String allowed, String passing, String passingToo, String not)
            throws UnknownHostException {
        AddressRules rules = Gates.allowing(allowed);
        assertThat(rules.whyForbidden(InetAddress.getByName(passing))).isEmpty();
        assertThat(rules.whyForbidden(InetAddress.getByName(passingToo))).isEmpty();
        assertThat(rules.whyForbidden(InetAddress.getByName(not))).isPresent();
    }

    @Test
    void judgesAnIpv6AddressThatIsReallyMappedIpv4() throws UnknownHostException {
        byte[] bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 1};
        Inet6Address mapped = Inet6Address.getByAddress("x", bytes, -1);
        assertThat(internet.whyForbidden(mapped)).contains("a loopback address (in IPv6)");
        assertThat(Gates.allowing("127.0.0.0/8").whyForbidden(mapped)).isEmpty();
    }

    @Test
    void allowsNothingWhereNothingIsNamed() throws UnknownHostException {
        assertThat(Gates.allowing(" , ").whyForbidden(InetAddress.getByName("127.0.0.1")))
                .isPresent();
    }
}
