package org.taskcenter.api;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;

/**
 * Hides what the requests of the APIs call their bodies: they are JSON all the same. Clients that call it a form are many;
 * Jersey would, now and then (where it sees the request before its body has come), have the server read it as one, and the
 * body would be gone. A name that is none would be refused.
 */
@WebFilter(
        urlPatterns = {"/api/*", "/suno/*", "/platform/*"},
        // Also where a request goes on after its body was waited for.
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.ASYNC},
        asyncSupported = true)
public class EverythingIsJson implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(new Json((HttpServletRequest) request), response);
    }

    private static final class Json extends HttpServletRequestWrapper {
        private static final String NAME = "Content-Type";
        private static final String JSON = "application/json";

        Json(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getContentType() {
            return super.getContentType() == null ? null : JSON;
        }

        @Override
        public String getHeader(String name) {
            String value = super.getHeader(name);
            return value != null && NAME.equalsIgnoreCase(name) ? JSON : value;
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            Enumeration<String> values = super.getHeaders(name);
            return values.hasMoreElements() && NAME.equalsIgnoreCase(name)
                    ? Collections.enumeration(Collections.singleton(JSON))
                    : values;
        }
    }
}
