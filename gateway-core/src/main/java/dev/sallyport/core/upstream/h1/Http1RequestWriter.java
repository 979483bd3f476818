package dev.sallyport.core.upstream.h1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.core.exchange.Forwarding;
import dev.sallyport.core.exchange.Route;
import dev.sallyport.core.http.HeadWriter;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.wire.MessageOutput;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/**
 * Writes requests as HTTP/1.1 messages. The line, the host and the framing are made here from what
 * was parsed; the other fields come from the rebuilt table.
 */
final class Http1RequestWriter {
    private static final byte[] VERSION = bytes(" HTTP/1.1\r\n");
    private static final byte[] HOST = bytes("host: ");
    private static final byte[] CONTENT_LENGTH = bytes("content-length: ");
    private static final byte[] CHUNKED = bytes("transfer-encoding: chunked\r\n");
    private static final byte[] UPGRADE = bytes("connection: upgrade\r\nupgrade: websocket\r\n");
    private static final byte[] SPACE = bytes(" ");
    private static final byte[] SLASH = bytes("/");
    private static final byte[] COLON = bytes(":");
    private static final byte[] CRLF = bytes("\r\n");
    private static final byte[] LAST_CHUNK = bytes("0\r\n\r\n");

    private final MessageOutput out;
    private boolean isChunking;

    Http1RequestWriter(ChannelHandlerContext context, HeadWriter writer) {
        this.out = new MessageOutput(context, writer);
    }

    void send(Forwarding forwarding, byte[] endpointAuthority) {
        RequestHead head = forwarding.head();
        Route route = forwarding.route();
        byte[] bytes = head.bytes();
        HeadWriter writer = out.start();
        writer.raw(bytes, head.methodOffset(), head.methodLength()).raw(SPACE);
        int strip = route.stripped(head);
        if (strip == 0) {
            writer.raw(bytes, head.pathOffset(), head.pathLength());
        } else {
            // The path is canonical and the prefix ends at a segment, so the rest is canonical too.
            if (head.pathLength() == strip) {
                writer.raw(SLASH);
            }
            writer.raw(bytes, head.pathOffset() + strip, head.pathLength() - strip);
        }
        writer.raw(bytes, head.queryOffset(), head.queryLength()).raw(VERSION).raw(HOST);
        switch (route.hostHeader()) {
            case Route.HostHeader.Keep _ -> {
                if (head.hostLength() == 0) {
                    writer.raw(endpointAuthority);
                } else {
                    writer.raw(bytes, head.hostOffset(), head.hostLength());
                    if (head.port() >= 0) {
                        writer.raw(COLON).decimal(head.port());
                    }
                }
            }
            case Route.HostHeader.Endpoint _ -> writer.raw(endpointAuthority);
            case Route.HostHeader.Literal(byte[] authority) -> writer.raw(authority);
        }
        writer.raw(CRLF).fields(head.fields());
        isChunking = head.isChunked();
        int inline = 0;
        if (isChunking) {
            writer.raw(CHUNKED);
        } else if (head.contentLength() >= 0) {
            writer.raw(CONTENT_LENGTH).decimal(head.contentLength()).raw(CRLF);
            inline = (int) Math.min(head.contentLength(), MessageOutput.SMALL);
        }
        if (head.isWebSocketUpgrade()) {
            writer.raw(UPGRADE);
        }
        writer.end();
        out.head(inline);
    }

    /** Takes ownership of {@code data}. */
    void body(ByteBuf data) {
        if (!data.isReadable()) {
            data.release();
        } else if (isChunking) {
            out.chunk(data);
        } else {
            out.piece(data);
        }
    }

    void end() {
        if (isChunking) {
            isChunking = false;
            out.raw(LAST_CHUNK);
        }
    }

    void flush() {
        out.flush();
    }

    long written() {
        return out.written();
    }

    /** Forgets what was not yet given to the channel. */
    void drop() {
        out.drop();
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(ISO_8859_1);
    }
}
