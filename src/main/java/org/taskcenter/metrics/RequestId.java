package org.taskcenter.metrics;

import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.annotation.WebListener;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.MDC;

/**
 * Gives every request an id, before anything else looks at it: that of its {@code X-Request-Id}, where that is harmless, else a
 * new one. What is logged on the request's thread carries it as {@code request}.
 */
@WebListener
public class RequestId implements ServletRequestListener {
    /** The header of requests and answers. */
    static final String HEADER = "X-Request-Id";
    /** The name under which log formatters find it. */
    public static final String MDC_KEY = "request";

    private static final String ATTRIBUTE = RequestId.class.getName();
    private static final int LONGEST = 64;

    @Override
    public void requestInitialized(ServletRequestEvent event) {
        if (event.getServletRequest() instanceof HttpServletRequest request) {
            String brought = request.getHeader(HEADER);
            String id = isHarmless(brought) ? brought : make();
            request.setAttribute(ATTRIBUTE, id);
            MDC.put(MDC_KEY, id);
        }
    }

    @Override
    public void requestDestroyed(ServletRequestEvent event) {
        MDC.remove(MDC_KEY);
    }

    /** That of a request: at most 64 letters, digits and {@code -_.}. */
    public static String of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof String id ? id : make();
    }

    static boolean isHarmless(String text) {
        if (text == null || text.isEmpty() || text.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!plain && c != '-' && c != '_' && c != '.') {
                return false;
            }
        }
        return true;
    }

    /** It tells requests apart and guards nothing, so it need not be hard to guess. */
    private static String make() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
