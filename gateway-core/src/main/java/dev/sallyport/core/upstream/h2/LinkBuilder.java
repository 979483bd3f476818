package dev.sallyport.core.upstream.h2;

import dev.sallyport.core.http.HeadLimits;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.netty.util.AsciiString;

/** Puts the codec's parts together, bounded on every side. */
final class LinkBuilder extends AbstractHttp2ConnectionHandlerBuilder<Http2Link, LinkBuilder> {
    /** What one endpoint may send on one stream before its client takes some of it. */
    static final int STREAM_WINDOW = 256 * 1024;

    /** All streams together: the sum of their windows, so that a slow client stops nobody else. */
    static final int CONNECTION_WINDOW = Http2Link.MOST_STREAMS * STREAM_WINDOW;

    /** Each field counts for more than its bytes (RFC 9113 6.5.2). */
    private static final int FIELD_OVERHEAD = 32;

    private static final int INITIAL_WINDOW = 65_535;
    private static final int MOST_EMPTY_FRAMES = 8;
    private static final int MOST_SMALL_CONTINUATIONS = 16;
    private static final int MOST_CONTROL_FRAMES = 1000;
    private static final AsciiString AUTHORIZATION = AsciiString.cached("authorization");
    private static final AsciiString COOKIE = AsciiString.cached("cookie");

    private final LinkOwner owner;

    LinkBuilder(LinkOwner owner) {
        this.owner = owner;
    }

    Http2Link create() {
        HeadLimits limits = owner.responseLimits();
        Http2Connection connection = new DefaultHttp2Connection(false, 0);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(
                                connection, new UniformStreamByteDistributor(connection)));
        return connection(connection)
                .initialSettings(
                        new Http2Settings()
                                .pushEnabled(false)
                                .maxConcurrentStreams(0)
                                .initialWindowSize(STREAM_WINDOW)
                                .maxHeaderListSize(
                                        limits.bytes() + (long) FIELD_OVERHEAD * limits.fields()))
                .decoderEnforceMaxConsecutiveEmptyDataFrames(MOST_EMPTY_FRAMES)
                .decoderEnforceMaxSmallContinuationFrames(MOST_SMALL_CONTINUATIONS)
                .encoderEnforceMaxQueuedControlFrames(MOST_CONTROL_FRAMES)
                // What an endpoint wants to see at most is advice (RFC 9113 6.5.2); it can answer.
                .encoderIgnoreMaxHeaderListSize(true)
                // RFC 7541 7.1: what is secret stays out of tables that others can probe.
                .headerSensitivityDetector((name, value) ->
                        AUTHORIZATION.contentEquals(name) || COOKIE.contentEquals(name))
                .flushPreface(false)
                .build();
    }

    @Override
    protected Http2Link build(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings initialSettings) {
        Http2Link link = new Http2Link(owner, decoder, encoder, initialSettings);
        LinkFrames frames = new LinkFrames(link);
        decoder.connection().addListener(frames);
        encoder.flowController().listener(frames);
        frameListener(frames);
        return link;
    }

    /** Makes the window of the whole connection as large as those of its streams together. */
    static void widen(Http2Connection connection) throws Http2Exception {
        if (connection.local().flowController()
                instanceof DefaultHttp2LocalFlowController windows) {
            windows.incrementWindowSize(
                    connection.connectionStream(), CONNECTION_WINDOW - INITIAL_WINDOW);
        }
    }
}
