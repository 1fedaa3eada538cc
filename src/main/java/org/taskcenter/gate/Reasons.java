package org.taskcenter.gate;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.RequestNotExecutedException;

/** Says in plain words why an exchange failed; never with what was sent or received. */
final class Reasons {
    private static final int LONGEST = 300;

    private Reasons() {}

    static String notConnected(Route route, Exception cause) {
        if (cause instanceof SSLException) {
            return "TLS with " + route + " failed: " + shortened(cause.getMessage());
        }
        if (cause instanceof SocketTimeoutException) {
            return "no connection to " + route + " in time";
        }
        if (cause instanceof NoRouteToHostException) {
            return "there is no way to " + route;
        }
        if (cause instanceof ConnectException || cause instanceof SocketException) {
            return "no connection to " + route + ": " + shortened(cause.getMessage());
        }
        return "no connection to " + route;
    }

    static String broken(Route route, Exception cause) {
        if (cause instanceof MessageConstraintException) {
            return "the answer of " + route + " was refused: its head is too large";
        }
        if (cause instanceof HttpException) {
            return "the answer of " + route + " was refused: it is not HTTP as it should be";
        }
        if (cause instanceof SSLException) {
            return "TLS with " + route + " broke: " + shortened(cause.getMessage());
        }
        return "the connection to " + route + " ended before the answer was complete";
    }

    /** Whether the other side, or the network, has ended the connection. */
    static boolean isConnectionLost(Exception cause) {
        return cause instanceof ConnectionClosedException
                || cause instanceof RequestNotExecutedException
                || cause instanceof SocketException
                || cause instanceof ClosedChannelException
                || cause instanceof EOFException
                || "Connection reset by peer".equals(cause.getMessage())
                || "Broken pipe".equals(cause.getMessage());
    }

    static String seconds(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }

    private static String shortened(String message) {
        String text = AnswerText.storable(message == null ? "" : message).replaceAll("\\p{Cntrl}+", " ");
        return text.length() <= LONGEST ? text : AnswerText.storable(text.substring(0, LONGEST)) + "...";
    }
}
