package org.taskcenter.gate;

import java.io.IOException;
import org.apache.hc.core5.http.config.CharCodingConfig;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.nio.ClientHttp1IOEventHandler;
import org.apache.hc.core5.http.impl.nio.ClientHttp1StreamDuplexer;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.ProtocolIOSession;

/** HTTP/1.1 on one connection. */
final class Wire extends ClientHttp1IOEventHandler {
    /** The body may go on so far before {@link Transfer} is asked for room. */
    static final int WINDOW = 64 * 1024;

    private static final Http1Config CONFIG = Http1Config.custom()
            .setMaxHeaderCount(200)
            .setMaxLineLength(16 * 1024)
            .setInitialWindowSize(WINDOW)
            .build();
    private static final HttpProcessor NOTHING = HttpProcessorBuilder.create().build();

    private final Framing framing;

    private Wire(ProtocolIOSession session, Framing framing) {
        super(new ClientHttp1StreamDuplexer(
                session,
                NOTHING,
                CONFIG,
                CharCodingConfig.DEFAULT,
                DefaultConnectionReuseStrategy.INSTANCE,
                framing,
                framing,
                null,
                null,
                null));
        this.framing = framing;
    }

    static Wire on(ProtocolIOSession session) {
        return new Wire(session, new Framing(CONFIG));
    }

    /** Sends what is to be sent, but looks first whether the other side has said more, or has closed. */
    @Override
    public void outputReady(IOSession session) throws IOException {
        if (framing.isIdle() && session.hasCommands()) {
            inputReady(session, null);
        }
        super.outputReady(session);
    }

    /** Whether more has come than the answer; for its I/O thread only. */
    boolean hasStrayBytes() {
        return framing.hasStrayBytes();
    }
}
