package org.taskcenter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.URISyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    http://example.com                   | example.com      | 80    | example.com             | /
                    HTTP://EXAMPLE.COM/                  | example.com      | 80    | example.com             | /
                    https://example.com/a/b?c=d#e        | example.com      | 443   | example.com             | /a/b?c=d
                    http://example.com:8080?q            | example.com      | 8080  | example.com:8080        | /?q
                    http://example.com:80/               | example.com      | 80    | example.com             | /
                    https://example.com:80/              | example.com      | 80    | example.com:80          | /
                    http://example.com:/                 | example.com      | 80    | example.com             | /
                    http://example.com:00080/            | example.com      | 80    | example.com             | /
                    http://example.com./                 | example.com      | 80    | example.com             | /
                    http://my_service:99/                | my_service       | 99    | my_service:99           | /
                    http://localhost/                    | localhost        | 80    | localhost               | /
                    http://1.2.3.4.example.com/          | 1.2.3.4.example.com | 80 | 1.2.3.4.example.com     | /
                    http://0x7f.example/                 | 0x7f.example     | 80    | 0x7f.example            | /
                    http://bücher.example/               | xn--bcher-kva.example | 80 | xn--bcher-kva.example | /
                    http://BÜCHER.example/               | xn--bcher-kva.example | 80 | xn--bcher-kva.example | /
                    http://ｅｘａｍｐｌｅ。ｃｏｍ/           | example.com      | 80    | example.com             | /
                    http://127.0.0.1:8080/               | 127.0.0.1        | 8080  | 127.0.0.1:8080          | /
                    http://127.0.0.1./                   | 127.0.0.1        | 80    | 127.0.0.1               | /
                    http://１２７.０.０.１/                 | 127.0.0.1        | 80    | 127.0.0.1               | /
                    http://①②⑦.0.0.1/                 | 127.0.0.1        | 80    | 127.0.0.1               | /
                    http://127。0。0。1/                   | 127.0.0.1        | 80    | 127.0.0.1               | /
                    http://[::1]/                        | 0:0:0:0:0:0:0:1  | 80    | [::1]       | /
                    http://[::1]:81/                     | 0:0:0:0:0:0:0:1  | 81    | [::1]:81    | /
                    http://[::FFFF:127.0.0.1]/           | 127.0.0.1        | 80    | [::ffff:127.0.0.1]               | /
                    http://[::ffff:7f00:1]/              | 127.0.0.1        | 80    | [::ffff:7f00:1]               | /
                    http://[2001:DB8::1]:8080/           | 2001:db8:0:0:0:0:0:1 | 8080 | [2001:db8::1]:8080 | /
                    http://example.com//evil.example/x   | example.com      | 80    | example.com             | //evil.example/x
                    http://example.com/ü?ö=ß             | example.com      | 80    | example.com             | /%C3%BC?%C3%B6=%C3%9F
                    http://example.com/%2e%2e/%0d%0a     | example.com      | 80    | example.com             | /%2e%2e/%0d%0a
                    http://ⓛocalhost/                    | localhost        | 80    | localhost               | /
                    """)
    void reads(String url, String host, int port, String authority, String path) throws Exception {
        Target target = Target.of(new URI(url));
        assertThat(target.route()).isEqualTo(new Route(url.toLowerCase().startsWith("https"), host, port));
        assertThat(target.authority()).isEqualTo(authority);
        assertThat(target.path()).isEqualTo(path);
        boolean address = host.matches("[0-9.]+|.*:.*");
        assertThat(target.literal() != null).isEqualTo(address);
        if (address) {
            assertThat(target.literal().getHostAddress()).isEqualTo(host);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ftp://example.com/                   | only http and https
                    file:///etc/passwd                   | only http and https
                    gopher://example.com/                | only http and https
                    jar:http://example.com/a.jar!/x      | only http and https
                    mailto:a@example.com                 | only http and https
                    //example.com/                       | only http and https
                    /relative                            | only http and https
                    http:example.com                     | names no host
                    http:/example.com                    | names no host
                    http:///path                         | names no host
                    http://user@example.com/             | user name or a password
                    http://user:secret@example.com/      | user name or a password
                    http://@example.com/                 | user name or a password
                    http://example.com@127.0.0.1/        | user name or a password
                    http://127.0.0.1:80@example.com/     | user name or a password
                    http://example.com:0/                | port
                    http://example.com:65536/            | port
                    http://example.com:99999999999/      | port
                    http://example.com:-1/               | port
                    http://example.com:http/             | port
                    http://example.com:80:81/            | port
                    http://[::1]:0/                      | port
                    http://127.1/                        | ends in a number
                    http://127.0.1/                      | ends in a number
                    http://0/                            | ends in a number
                    http://2130706433/                   | ends in a number
                    http://0x7f000001/                   | ends in a number
                    http://0X7F000001/                   | ends in a number
                    http://0x7f.0.0.1/                   | ends in a number
                    http://0x7f.1/                       | ends in a number
                    http://127.0.0.0x1/                  | ends in a number
                    http://127.0.0.0x/                   | ends in a number
                    http://017700000001/                 | ends in a number
                    http://0177.0.0.1/                   | ends in a number
                    http://0177.0.0.01/                  | ends in a number
                    http://127.0.0.01/                   | ends in a number
                    http://127.0.0.1.1/                  | ends in a number
                    http://256.0.0.1/                    | ends in a number
                    http://127.0.0.256/                  | ends in a number
                    http://127.0.0.999999999999/         | ends in a number
                    http://example.1/                    | ends in a number
                    http://１２７.１/                      | ends in a number
                    http://０ｘ７ｆ.1/                     | ends in a number
                    http://127.0.0.1../                  | not a host name
                    http://127.0.0.1%00/                 | not a host name
                    http://127.0.0.1%2eexample.com/      | not a host name
                    http://%31%32%37.0.0.1/              | not a host name
                    http://exa%6dple.com/                | not a host name
                    http://example..com/                 | not a host name
                    http://.example.com/                 | not a host name
                    http://./                            | not a host name
                    http://a$b.example/                  | not a host name
                    http://a;b.example/                  | not a host name
                    http://a,b.example/                  | not a host name
                    http://a*b.example/                  | not a host name
                    http://example．com／.evil.example/   | not a host name
                    http://[::1%25lo]/                   | IPv6 address cannot be read
                    http://[fe80::1%25eth0]/             | IPv6 address cannot be read
                    """)
    void refuses(String url, String reason) throws Exception {
        assertThatThrownBy(() -> Target.of(uri(url)))
                .isInstanceOf(BadTarget.class)
                .hasMessageContaining(reason);
        // An address in another spelling than the one that is read is forbidden; whatever it means, it is not called.
        boolean address = reason.equals("ends in a number") || reason.startsWith("IPv6");
        assertThat(Gate.whyMalformed(uri(url)).isPresent()).isNotEqualTo(address);
    }

    @Test
    void refusesHostsThatAreTooLong() {
        String label = "a".repeat(64);
        assertThatThrownBy(() -> Target.of(uri("http://" + label + ".example/")))
                .hasMessageContaining("not a host name");
        String name = "aaaaaaaaa.".repeat(26) + "example";
        assertThatThrownBy(() -> Target.of(uri("http://" + name + "/"))).hasMessageContaining("not a host name");
        String huge = "aaaaaaaaa.".repeat(100_000) + "example";
        assertThatThrownBy(() -> Target.of(uri("http://" + huge + "/"))).hasMessageContaining("too long");
        String international = "ü".repeat(100) + ".example";
        assertThatThrownBy(() -> Target.of(uri("http://" + international + "/")))
                .hasMessageContaining("not an international domain name");
    }

    /** What the platform's own parser refuses never gets here. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    http://127.0.0.1\\@example.com/
                    http://exa mple.com/
                    http://[::1/
                    http://[::1]x/
                    http://[v1.a]
                    http://[::g]/
                    http://[127.0.0.1]/
                    http://[::ffff:127.1]/
                    http://[::ffff:0x7f.0.0.1]/
                    http://[1::2::3]/
                    http://
                    """)
    void refusesAtLatest(String url) {
        assertThatThrownBy(() -> Target.of(new URI(url.strip())))
                .isInstanceOfAny(BadTarget.class, URISyntaxException.class);
    }

    private static URI uri(String url) throws URISyntaxException {
        return new URI(url);
    }
}
