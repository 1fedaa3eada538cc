package org.taskcenter.api;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A request with a body that has been read, or will not be. */
final class ArrivedRequest extends HttpServletRequestWrapper {
    private final ArrivedBody body;

    ArrivedRequest(HttpServletRequest request, ArrivedBody body) {
        super(request);
        this.body = body;
    }

    /** Now it is known, however it was sent. */
    @Override
    public long getContentLengthLong() {
        return body.refusal() == null ? body.length() : -1;
    }

    @Override
    public int getContentLength() {
        return (int) getContentLengthLong();
    }

    @Override
    public ServletInputStream getInputStream() {
        return body;
    }

    @Override
    public BufferedReader getReader() {
        return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }
}
