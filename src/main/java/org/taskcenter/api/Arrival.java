package org.taskcenter.api;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;

/** A body on its way. When it is here, or has failed to come, its request goes on to whatever serves it. */
final class Arrival implements ReadListener, AsyncListener {
    private static final long PATIENCE_MILLIS = 120_000;
    private static final int FIRST = 4 * 1024;

    private final Room room;
    private final ServletInputStream in;
    private final int expected;
    private final int most;

    private byte[] bytes = {};
    private int length;
    private ArrivedRequest request;
    private HttpServletResponse response;
    private AsyncContext async;
    private boolean over;

    /**
     * @param expected how many bytes the sender announced, or negative
     * @param most how many it may be
     */
    Arrival(Room room, ServletInputStream in, int expected, int most) {
        this.room = room;
        this.in = in;
        this.expected = expected;
        this.most = most;
    }

    static Refused tooLong(int most) {
        return new Refused(413, "The body is larger than " + most + " bytes");
    }

    synchronized void of(HttpServletRequest unread, HttpServletResponse itsResponse) {
        request = new ArrivedRequest(unread, ArrivedBody.refused(broken()));
        response = itsResponse;
        async = unread.startAsync(request, response);
        async.setTimeout(PATIENCE_MILLIS);
        async.addListener(this);
        in.setReadListener(this);
    }

    @Override
    public synchronized void onDataAvailable() throws IOException {
        while (!over && in.isReady()) {
            if (length == bytes.length && !grow()) {
                return;
            }
            int read = in.read(bytes, length, bytes.length - length);
            if (read < 0) {
                return;
            }
            length += read;
            if (length > most) {
                end(tooLong(most));
            }
        }
    }

    /** Makes place for another byte; at most one more than may come, so that too many are noticed. */
    private boolean grow() {
        int longest = (expected >= 0 ? expected : most) + 1;
        int larger = Math.min(longest, Math.max(FIRST, length * 2));
        if (!room.take(larger - bytes.length)) {
            end(new Refused(503, "The centre is busy with other large bodies: send it again later"));
            return false;
        }
        bytes = Arrays.copyOf(bytes, larger);
        return true;
    }

    @Override
    public synchronized void onAllDataRead() {
        if (expected >= 0 && length < expected) {
            end(broken());
        } else {
            end(null);
        }
    }

    @Override
    public synchronized void onError(Throwable failure) {
        if (!over) {
            // The sender is gone: there is nobody to answer.
            over = true;
            async.complete();
        }
    }

    @Override
    public synchronized void onTimeout(AsyncEvent event) {
        end(new Refused(
                408, "The body did not come within " + PATIENCE_MILLIS / 1_000 + " seconds: send it again, faster"));
    }

    @Override
    public synchronized void onComplete(AsyncEvent event) {
        over = true;
        room.giveBack(bytes.length);
        bytes = new byte[0];
    }

    @Override
    public void onError(AsyncEvent event) {
        // onComplete follows.
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }

    private static Refused broken() {
        return new Refused(400, "The body broke off");
    }

    private void end(Refused refusal) {
        if (over) {
            return;
        }
        over = true;
        if (refusal == null) {
            request.arrived(ArrivedBody.whole(bytes, length));
        } else {
            request.arrived(ArrivedBody.refused(refusal));
            if (!response.isCommitted()) {
                // What is still to come is nobody's.
                response.setHeader("Connection", "close");
            }
        }
        async.dispatch();
    }
}
