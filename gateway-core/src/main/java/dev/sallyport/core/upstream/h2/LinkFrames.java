package dev.sallyport.core.upstream.h2;

import dev.sallyport.core.exchange.ProxyError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Takes each frame to the call it is for. Frames of streams whose exchange was given up are
 * dropped, and their bytes go back to the window of the connection at once.
 */
final class LinkFrames extends Http2EventAdapter implements Http2RemoteFlowController.Listener {
    private final Http2Link link;

    LinkFrames(Http2Link link) {
        this.link = link;
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream) {
        onHeadersRead(ctx, streamId, headers, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int padding,
            boolean endOfStream) {
        Http2Call call = link.find(streamId);
        if (call != null) {
            call.received(headers, endOfStream);
        }
    }

    @Override
    public int onDataRead(
            ChannelHandlerContext ctx,
            int streamId,
            ByteBuf data,
            int padding,
            boolean endOfStream) {
        Http2Call call = link.find(streamId);
        return call == null
                ? data.readableBytes() + padding
                : call.received(data, padding, endOfStream);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        Http2Call call = link.find(streamId);
        if (call != null) {
            // RFC 9113 8.7: a refused stream was not looked at.
            call.broken(
                    errorCode == Http2Error.REFUSED_STREAM.code()
                            ? ProxyError.STREAM_REFUSED
                            : ProxyError.STREAM_RESET);
        }
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment) {
        Http2Call call = link.find(streamId);
        if (call != null) {
            call.windowGrew();
        }
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
        link.offer().received(settings);
    }

    @Override
    public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
        link.goingAway(lastStreamId);
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        link.streamClosed(stream);
    }

    @Override
    public void writabilityChanged(Http2Stream stream) {
        Http2Call call = link.find(stream);
        if (call != null && link.isWritable(stream)) {
            call.writable();
        }
    }
}
