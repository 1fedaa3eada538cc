package org.taskcenter.account;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.taskcenter.config.Cidr;

/**
 * Finds out where requests come from. What X-Forwarded-For says is believed from right to left, as far as those who wrote it
 * are in TASKCENTER_TRUSTED_PROXIES: the first address that is not one of them is the client's, whatever stands before it.
 *
 * <p>A request that somebody else has forwarded is the proxy's, and never trusted: behind a proxy that nobody has declared,
 * everybody would come from an address next door.
 */
public final class ClientAddresses {
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final List<String> SIGNS_OF_A_PROXY = List.of(FORWARDED_FOR, "Forwarded", "X-Real-IP", "Via");
    private static final Pattern ADDRESS_AND_PORT =
            Pattern.compile("(?:([0-9.]+)|\\[([0-9A-Fa-f:.]+)])(?::[0-9]{1,5})?");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final byte[] NOWHERE = new byte[4];

    private final List<Cidr> proxies;
    private final List<Cidr> sources;

    /**
     * @param proxies whose X-Forwarded-For is believed
     * @param sources from where the channel API may be used without a token
     */
    public ClientAddresses(List<Cidr> proxies, List<Cidr> sources) {
        this.proxies = List.copyOf(proxies);
        this.sources = List.copyOf(sources);
    }

    ClientAddress of(HttpServletRequest request) {
        byte[] connection = parse(withoutZone(request.getRemoteAddr())).orElse(NOWHERE);
        boolean forwarded = SIGNS_OF_A_PROXY.stream().anyMatch(name -> request.getHeader(name) != null);
        if (!forwarded) {
            return new ClientAddress(connection, isIn(sources, connection));
        }
        if (!isIn(proxies, connection) || request.getHeader(FORWARDED_FOR) == null) {
            return new ClientAddress(connection, false);
        }
        return forwarded(connection, Collections.list(request.getHeaders(FORWARDED_FOR)));
    }

    private ClientAddress forwarded(byte[] proxy, List<String> fields) {
        List<String> chain = new ArrayList<>();
        fields.forEach(field -> chain.addAll(List.of(field.split(",", -1))));
        byte[] last = proxy;
        for (int i = chain.size() - 1; i >= 0; i--) {
            Optional<byte[]> entry = parse(chain.get(i).strip());
            if (entry.isEmpty()) {
                // Somebody stands behind the last one that is known, but who?
                return new ClientAddress(last, false);
            }
            last = entry.get();
            if (!isIn(proxies, last)) {
                break;
            }
        }
        return new ClientAddress(last, isIn(sources, last));
    }

    private static boolean isIn(List<Cidr> ranges, byte[] address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    private static String withoutZone(String address) {
        return address == null ? "" : address.replaceFirst("%.*", "");
    }

    /** An address in figures, with or without a port; no name is ever looked up. */
    private static Optional<byte[]> parse(String text) {
        Matcher matcher = ADDRESS_AND_PORT.matcher(text);
        String address;
        if (matcher.matches()) {
            address = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        } else if (IPV6.matcher(text).matches()) {
            address = text;
        } else {
            return Optional.empty();
        }
        try {
            return Optional.of(Cidr.parse(address).network());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
