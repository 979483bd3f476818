package dev.sallyport.core.downstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.HeadWriter;
import dev.sallyport.core.http.Method;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.wire.MessageOutput;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/** Writes responses as HTTP/1.1 messages, and chooses their framing (RFC 9112 6). */
final class Http1ResponseWriter {
    private static final byte[] CONTINUE = bytes("HTTP/1.1 100 Continue\r\n\r\n");
    private static final byte[] CONTENT_LENGTH = bytes("content-length: ");
    private static final byte[] CHUNKED = bytes("transfer-encoding: chunked\r\n");
    private static final byte[] CLOSE = bytes("connection: close\r\n");
    private static final byte[] KEEP_ALIVE = bytes("connection: keep-alive\r\n");
    private static final byte[] UPGRADE = bytes("connection: upgrade\r\nupgrade: websocket\r\n");
    private static final byte[] CRLF = bytes("\r\n");
    private static final byte[] LAST_CHUNK = bytes("0\r\n");
    private static final byte[] TRAILERS = bytes("trailers");

    private final ChannelHandlerContext context;
    private final MessageOutput out;
    private boolean isLast;
    private boolean isHttp10;
    private boolean isHeadRequest;
    private boolean takesTrailers;
    private boolean isBodiless;
    private boolean isChunking;
    private boolean isUntilClose;

    Http1ResponseWriter(ChannelHandlerContext context, HeadWriter head) {
        this.context = context;
        this.out = new MessageOutput(context, head);
    }

    /** A request's head is complete; {@code last} when the connection ends with its response. */
    void begin(RequestHead request, boolean last) {
        isLast = last;
        isHttp10 = request.isHttp10();
        isHeadRequest = request.method() == Method.HEAD;
        FieldTable fields = request.fields();
        int te = fields.find(Field.TE);
        takesTrailers = te >= 0 && fields.valueHasToken(te, TRAILERS);
        isChunking = false;
        isUntilClose = false;
    }

    /** The connection ends after the response at hand. */
    void closeAfter() {
        isLast = true;
    }

    /** Whether the connection ends after the response at hand. */
    boolean isLast() {
        return isLast;
    }

    void informContinue() {
        out.raw(CONTINUE);
        out.flush();
    }

    void interim(ResponseHead response) {
        out.start().statusLine(response.status()).fields(response.fields()).end();
        out.head(0);
        out.flush();
    }

    void switchProtocols(ResponseHead response) {
        out.start().statusLine(101).fields(response.fields()).raw(UPGRADE).end();
        out.head(0);
        out.flush();
    }

    void respond(ResponseHead response) {
        int status = response.status();
        long length = response.contentLength();
        isBodiless = isHeadRequest || status == 204 || status == 304;
        HeadWriter head = out.start().statusLine(status).fields(response.fields());
        int inline = 0;
        if (length >= 0 && status != 204) {
            head.raw(CONTENT_LENGTH).decimal(length).raw(CRLF);
            inline = isBodiless ? 0 : (int) Math.min(length, MessageOutput.SMALL);
        } else if (!isBodiless) {
            // RFC 9112 6.1: a 1.0 client knows no chunks; its body ends with the connection.
            if (isHttp10) {
                isLast = true;
                isUntilClose = true;
            } else {
                isChunking = true;
                head.raw(CHUNKED);
                inline = 256;
            }
        }
        if (isLast) {
            head.raw(CLOSE);
        } else if (isHttp10) {
            head.raw(KEEP_ALIVE);
        }
        head.end();
        out.head(inline);
    }

    /** Takes ownership of {@code data}. */
    void body(ByteBuf data) {
        if (isBodiless || !data.isReadable()) {
            data.release();
        } else if (isChunking) {
            out.chunk(data);
        } else {
            out.piece(data);
        }
    }

    void end(@Nullable FieldTable trailers) {
        if (!isChunking) {
            return;
        }
        isChunking = false;
        HeadWriter head = out.start().raw(LAST_CHUNK);
        // RFC 9110 6.5.1: trailers only for those who said that they would keep them.
        if (trailers != null && takesTrailers) {
            head.fields(trailers);
        }
        head.end();
        out.head(0);
    }

    void flush() {
        out.flush();
    }

    /**
     * Sends what is written and ends the connection: closes it at once, or only its sending side.
     */
    void finish(boolean atOnce) {
        Channel channel = context.channel();
        ChannelFuture written = out.finish();
        if (atOnce) {
            written.addListener(ChannelFutureListener.CLOSE);
        } else if (channel instanceof DuplexChannel duplex
                && context.pipeline().get(SslHandler.class) == null) {
            written.addListener(done -> duplex.shutdownOutput());
        }
    }

    long written() {
        return out.written();
    }

    /** Forgets the rest of a response, in such a way that the client sees that it was cut off. */
    void cut() {
        if (!isUntilClose) {
            // What came before the fault is true: how much of it the client sees is not to depend
            // on how the packets fell together.
            out.flush();
        } else {
            out.drop();
            // RFC 9112 8: an end in good order, by FIN or close_notify, would complete the body.
            context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            context.pipeline().firstContext().close();
        }
    }

    /** Forgets what was not yet given to the channel. */
    void drop() {
        out.drop();
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(ISO_8859_1);
    }
}
