package org.taskcenter.gate;

import java.io.IOException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.nio.DefaultHttpRequestWriterFactory;
import org.apache.hc.core5.http.impl.nio.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.nio.NHttpMessageParser;
import org.apache.hc.core5.http.nio.NHttpMessageWriter;
import org.apache.hc.core5.http.nio.SessionInputBuffer;
import org.apache.hc.core5.http.nio.SessionOutputBuffer;

/**
 * Keeps the answers on one connection apart: to each request belongs one answer, and what comes without a request, or
 * beyond its answer, ends the connection instead of becoming the next one's answer. HttpCore alone is more lenient: it
 * keeps stray bytes for the next answer, takes a head that the end of the connection cut off for a whole one, and reads
 * any number of interim answers.
 *
 * <p>Used by the connection's I/O thread only.
 */
final class Framing implements NHttpMessageParser<HttpResponse>, NHttpMessageWriter<HttpRequest> {
    private static final int MOST_INTERIM_ANSWERS = 20;
    private static final int HIGHEST_STATUS = 999;

    private final NHttpMessageParser<HttpResponse> parser;
    private final NHttpMessageWriter<HttpRequest> writer;
    private SessionInputBuffer input;
    private boolean answerDue;
    private int interimAnswers;

    Framing(Http1Config config) {
        parser = new DefaultHttpResponseParserFactory(config).create();
        writer = new DefaultHttpRequestWriterFactory(config).create();
    }

    /** Whether more has come than the answer. */
    boolean hasStrayBytes() {
        return input != null && input.hasData();
    }

    /** Whether nothing has been sent that is not answered yet. */
    boolean isIdle() {
        return !answerDue;
    }

    @Override
    public HttpResponse parse(SessionInputBuffer buffer, boolean endOfStream) throws IOException, HttpException {
        input = buffer;
        if (!answerDue) {
            if (buffer.hasData()) {
                throw new ProtocolException("bytes that belong to no answer");
            }
            return null;
        }
        HttpResponse head = parser.parse(buffer, false);
        if (head == null) {
            if (endOfStream) {
                throw new ConnectionClosedException();
            }
            return null;
        }
        if (head.getCode() > HIGHEST_STATUS) {
            throw new ProtocolException("no such status");
        }
        if (head.getCode() >= HttpStatus.SC_OK) {
            answerDue = false;
        } else if (++interimAnswers > MOST_INTERIM_ANSWERS) {
            throw new ProtocolException("too many interim answers");
        }
        return head;
    }

    @Override
    public void write(HttpRequest request, SessionOutputBuffer buffer) throws IOException, HttpException {
        writer.write(request, buffer);
        answerDue = true;
        interimAnswers = 0;
    }

    /** Called behind each head, read or written. */
    @Override
    public void reset() {
        parser.reset();
        writer.reset();
    }
}
