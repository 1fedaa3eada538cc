package org.taskcenter.api;

import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.taskcenter.account.Access;
import org.taskcenter.account.ClientAddress;

/**
 * Has a body whole before its request is served. Whoever sends slowly is waited for by few threads only, see {@link SlowBodies};
 * the others are told to come again. What is longer than it may be, or than there is memory for ({@link BodyRoom}), is not taken
 * into memory. Small bodies have places of their own, so that senders of large ones, however slow, hold up none of them.
 *
 * <p>Nearly every body comes together with its headers: those requests go straight through. Bodies of senders that nobody
 * knows are not waited for: their requests are refused whatever they say.
 *
 * <p>The threads block. Reading without blocking was tried: on Payara, a request that is dispatched from its own read listener
 * now and then leaves a part of its body to be read as the connection's next request.
 */
public class WholeBodies implements Filter {
    private static final Set<String> MESSAGES = Set.of("/manager", "/manager/");
    private static final Set<String> RUNS = Set.of("/api/run", "/api/parallel_run");
    private static final int MOST_WAITED_FOR = 64;
    private static final int MOST_OF_ONE_ACCOUNT = 16;
    private static final String RETRY_AFTER_SECONDS = "5";

    @Inject
    BodyRoom room;

    /** Those that are small, or not known to be large. */
    private final SlowBodies slow = new SlowBodies(MOST_WAITED_FOR, MOST_OF_ONE_ACCOUNT);

    private final BodyReader reader = new BodyReader(System::nanoTime);

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        filter((HttpServletRequest) request, (HttpServletResponse) response, chain);
    }

    private void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        long length = request.getContentLengthLong();
        boolean isOfUnknownLength = length < 0 && request.getHeader("Transfer-Encoding") != null;
        String sender = sender(request);
        if (sender == null || length <= 0 && !isOfUnknownLength) {
            chain.doFilter(request, response);
            return;
        }
        int most = most(request);
        if (length > most) {
            refuse(BodyReader.tooLong(most), request, response, chain);
            return;
        }
        ServletInputStream in = request.getInputStream();
        if (!isOfUnknownLength && in.available() >= length) {
            serve(request, (int) length, response, chain);
            return;
        }
        BodyRoom.Arrival arrival = room.arrival(sender);
        try {
            ArrivedBody body = read(sender, in, (int) length, most, arrival);
            if (body.refusal() == null) {
                body.atEnd(arrival::giveBack);
                serve(new ArrivedRequest(request, body), body.length(), response, chain);
            } else {
                refuse(body.refusal(), request, response, chain);
            }
        } finally {
            arrival.giveBack();
        }
    }

    /** Messages take room to be handled themselves: theirs is free again before their answer is sent. */
    private void serve(HttpServletRequest request, int length, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (MESSAGES.contains(request.getServletPath())) {
            chain.doFilter(request, response);
        } else if (room.enter(length)) {
            try {
                chain.doFilter(request, response);
            } finally {
                room.leave(length);
            }
        } else {
            Refused busy = new Refused(503, "The centre is busy with other long bodies: send it again later");
            refuse(busy, request, response, chain);
        }
    }

    private static void refuse(
            Refused refusal, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        // What is still to come is nobody's.
        response.setHeader("Connection", "close");
        if (refusal.status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        chain.doFilter(new ArrivedRequest(request, ArrivedBody.refused(refusal)), response);
    }

    /** Who is known to send this: an account, or an address that may use the channel API without a token. */
    private static String sender(HttpServletRequest request) {
        ClientAddress address = ClientAddress.of(request);
        return Access.of(request).account().orElse(address.isTrusted() ? address.text() : null);
    }

    private static int most(HttpServletRequest request) {
        if (MESSAGES.contains(request.getServletPath())) {
            return BodyLimits.MESSAGE;
        }
        return RUNS.contains(request.getServletPath() + Objects.toString(request.getPathInfo(), ""))
                ? BodyLimits.RUN
                : BodyLimits.OTHER;
    }

    private ArrivedBody read(String account, ServletInputStream in, int expected, int most, BodyRoom.Arrival arrival) {
        boolean isSmall = expected <= BodyRoom.SMALL;
        if (isSmall && !slow.enter(account)) {
            return ArrivedBody.refused(new Refused(
                    503, "The centre is waiting for too many bodies that have not come whole: send it again later"));
        }
        try {
            return reader.read(in, expected, most, arrival);
        } finally {
            arrival.arrived();
            if (isSmall) {
                slow.leave(account);
            }
        }
    }
}
