package org.taskcenter.api.manager;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.function.Function;
import org.taskcenter.api.WellFormed;
import org.taskcenter.call.NewCall;

/** The URLs of one message, read and judged. The tasks of a message often go to one place: that one is remembered. */
final class Targets {
    private static final int LONGEST = 8_192;
    private static final int LAST_PORT = 65_535;

    private final Function<URI, Optional<String>> whyForbidden;

    private String lastText;
    private URI last;
    private String judgedAuthority;
    private Optional<String> verdict = Optional.empty();
    private Optional<String> malformed = Optional.empty();

    /** @param whyForbidden judges a URL by its scheme, host and port alone, as they are written */
    Targets(Function<URI, Optional<String>> whyForbidden) {
        this.whyForbidden = whyForbidden;
    }

    /** @param name of the field, for the refusal */
    URI read(String name, String text) throws Refusal {
        if (!text.equals(lastText)) {
            URI uri = parse(name, text);
            judge(name, uri);
            last = uri;
            lastText = text;
        }
        return last;
    }

    private static URI parse(String name, String text) throws Refusal {
        if (text.length() > LONGEST) {
            throw Refusal.malformed(name + " is longer than " + LONGEST + " characters");
        }
        URI uri = syntax(name, text);
        if (!"http".equalsIgnoreCase(uri.getScheme()) && !"https".equalsIgnoreCase(uri.getScheme())) {
            throw Refusal.malformed(name + " must begin with http:// or https://");
        }
        if (uri.getPort() == 0 || uri.getPort() > LAST_PORT) {
            throw Refusal.malformed(name + " has no valid port");
        }
        if (uri.getRawAuthority() == null) {
            throw Refusal.malformed(name + " names no host");
        }
        if (uri.getRawAuthority().indexOf('@') >= 0) {
            throw Refusal.malformed(name + " holds a user name: send it in an Authorization header");
        }
        return uri;
    }

    private static URI syntax(String name, String text) throws Refusal {
        if (!WellFormed.is(text)) {
            throw Refusal.malformed(name + " " + WellFormed.NOT);
        }
        try {
            URI uri = new URI(text);
            return uri.toASCIIString().equals(text) ? uri : escaped(text, uri.getRawAuthority());
        } catch (URISyntaxException e) {
            throw Refusal.malformed(name + " is not a URL: " + e.getReason());
        }
    }

    /** What is not ASCII (日本, say) is sent as %-escapes of its UTF-8; but for the host's name, which the gate can read. */
    private static URI escaped(String text, String authority) throws URISyntaxException {
        if (authority == null) {
            return new URI(text);
        }
        int end = text.indexOf("//") + 2 + authority.length();
        String anywhere = "http://a";
        String rest = new URI(anywhere + text.substring(end)).toASCIIString().substring(anywhere.length());
        return new URI(text.substring(0, end) + rest);
    }

    private void judge(String name, URI uri) throws Refusal {
        String authority = uri.getScheme() + "://" + uri.getRawAuthority();
        if (!authority.equals(judgedAuthority)) {
            verdict = whyForbidden.apply(uri);
            malformed = verdict.flatMap(why -> NewCall.whyMalformed(uri));
            judgedAuthority = authority;
        }
        if (malformed.isPresent()) {
            throw Refusal.malformed(name + " cannot be called: " + malformed.get());
        }
        if (verdict.isPresent()) {
            throw new Refusal(403, name + " is forbidden: " + verdict.get());
        }
    }
}
