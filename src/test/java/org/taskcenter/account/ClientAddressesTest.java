package org.taskcenter.account;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskcenter.config.Cidr;

class ClientAddressesTest {
    private static final List<Cidr> PROXIES =
            Stream.of("10.0.0.0/8", "fd00::/8").map(Cidr::parse).toList();
    private static final List<Cidr> SOURCES = Stream.of("192.0.2.0/24", "10.9.0.0/16", "2001:db8::/32")
            .map(Cidr::parse)
            .toList();
    private final ClientAddresses addresses = new ClientAddresses(PROXIES, SOURCES);

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "a connection's own address counts             | 192.0.2.7   | -                          | 192.0.2.7 | true",
                "and nobody is trusted by default              | 198.51.100.1| -                          | 198.51.100.1 | false",
                "an address of IPv6                            | 2001:db8::1 | -                          | 2001:db8:0:0:0:0:0:1 | true",
                "with a zone                                   | fe80::1%eth0| -                          | fe80:0:0:0:0:0:0:1 | false",
                "IPv4 written as IPv6                          | ::ffff:192.0.2.7 | -                     | 192.0.2.7 | true",
                "a proxy that asks for itself                  | 10.9.0.1    | -                          | 10.9.0.1 | true",
                "forwarded by a proxy                          | 10.0.0.1    | 192.0.2.7                  | 192.0.2.7 | true",
                "a client that is not trusted                  | 10.9.0.1    | 198.51.100.1               | 198.51.100.1 | false",
                "by two proxies                                | 10.0.0.1    | 192.0.2.7, 10.0.0.2        | 192.0.2.7 | true",
                "by two, one of IPv6                           | 10.0.0.1    | 192.0.2.7,fd00::5          | 192.0.2.7 | true",
                "what the client itself wrote is not believed  | 10.0.0.1    | 192.0.2.7, 198.51.100.1    | 198.51.100.1 | false",
                "nor behind a second proxy                     | 10.0.0.1    | 192.0.2.7, 198.51.100.1, 10.0.0.2 | 198.51.100.1 | false",
                "nor a proxy's name by somebody else           | 10.0.0.1    | 192.0.2.7, 10.0.0.3, 198.51.100.1 | 198.51.100.1 | false",
                "all are proxies: the first of them asks       | 10.0.0.1    | 10.9.0.3, 10.0.0.2         | 10.9.0.3 | true",
                "by somebody who is no proxy of ours           | 198.51.100.1| 192.0.2.7                  | 198.51.100.1 | false",
                "by a trusted source that is no proxy of ours  | 192.0.2.7   | 192.0.2.8                  | 192.0.2.7 | false",
                "with a port                                   | 10.0.0.1    | 192.0.2.7:5123             | 192.0.2.7 | true",
                "IPv6 in brackets                              | 10.0.0.1    | [2001:db8::7]              | 2001:db8:0:0:0:0:0:7 | true",
                "IPv6 in brackets with a port                  | 10.0.0.1    | [2001:db8::7]:443          | 2001:db8:0:0:0:0:0:7 | true",
                "IPv6 without                                  | 10.0.0.1    | 2001:db8::7                | 2001:db8:0:0:0:0:0:7 | true",
                "IPv4 written as IPv6 by a proxy               | 10.0.0.1    | ::ffff:192.0.2.7           | 192.0.2.7 | true",
                "nobody knows                                  | 10.9.0.1    | unknown                    | 10.9.0.1 | false",
                "nobody knows, behind another                  | 10.9.0.1    | 192.0.2.7, unknown, 10.0.0.2 | 10.0.0.2 | false",
                "an entry that is empty                        | 10.9.0.1    | '192.0.2.7,'               | 10.9.0.1 | false",
                "a header that is empty                        | 10.9.0.1    | ''                         | 10.9.0.1 | false",
                "a name is not looked up                       | 10.9.0.1    | localhost                  | 10.9.0.1 | false",
                "a block is no address                         | 10.9.0.1    | 192.0.2.0/24               | 10.9.0.1 | false",
                "octal is no address                           | 10.9.0.1    | 0300.0.2.7                 | 10.9.0.1 | false",
                "a number is no address                        | 10.9.0.1    | 3221226000                 | 10.9.0.1 | false",
                "too large                                     | 10.9.0.1    | 192.0.2.256                | 10.9.0.1 | false",
                "quotation marks                               | 10.9.0.1    | '\"192.0.2.7\"'            | 10.9.0.1 | false",
                "a zone                                        | 10.9.0.1    | 2001:db8::7%1              | 10.9.0.1 | false",
            })
    void theRule(String what, String connection, String forwardedFor, String address, boolean trusted) {
        HttpServletRequest request =
                forwardedFor == null ? request(connection) : request(connection, "X-Forwarded-For", forwardedFor);
        expect(addresses.of(request), address, trusted);
    }

    @Test
    void severalHeadersAreOneChain() {
        expect(
                addresses.of(request("10.0.0.1", "X-Forwarded-For", "192.0.2.7", "198.51.100.1, 10.0.0.2")),
                "198.51.100.1",
                false);
        expect(
                addresses.of(request("10.0.0.1", "X-Forwarded-For", "198.51.100.1", "192.0.2.7", "10.0.0.2")),
                "192.0.2.7",
                true);
    }

    @ParameterizedTest
    @CsvSource({"Forwarded, for=192.0.2.7", "Via, 1.1 proxy", "X-Real-IP, 192.0.2.7"})
    void whoeverWasForwardedOtherwiseIsNotTrusted(String header, String value) {
        expect(addresses.of(request("192.0.2.7", header, value)), "192.0.2.7", false);
        expect(addresses.of(request("10.9.0.1", header, value)), "10.9.0.1", false);
    }

    @Test
    void withoutSettingsNobodyIsTrustedAndNobodyBelieved() {
        ClientAddresses none = new ClientAddresses(List.of(), List.of());
        expect(none.of(request("127.0.0.1")), "127.0.0.1", false);
        expect(none.of(request("127.0.0.1", "X-Forwarded-For", "192.0.2.7")), "127.0.0.1", false);
    }

    @Test
    void aNetworkOfIpv6IsOneClient() {
        assertThat(addresses.of(request("2001:db8:1:2:3::1")).network())
                .isEqualTo(addresses.of(request("2001:db8:1:2:9::9")).network())
                .isNotEqualTo(addresses.of(request("2001:db8:1:3::1")).network());
        assertThat(addresses.of(request("192.0.2.7")).network()).isEqualTo("192.0.2.7");
    }

    private static void expect(ClientAddress address, String text, boolean trusted) {
        assertThat(address.text()).isEqualTo(text);
        assertThat(address.isTrusted()).isEqualTo(trusted);
    }

    private static HttpServletRequest request(String connection) {
        return request(connection, "");
    }

    private static HttpServletRequest request(String connection, String header, String... values) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                ClientAddressesTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getRemoteAddr" -> connection;
                    case "getHeader" -> header.equals(arguments[0]) ? values[0] : null;
                    case "getHeaders" ->
                        Collections.enumeration(header.equals(arguments[0]) ? List.of(values) : List.of());
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
