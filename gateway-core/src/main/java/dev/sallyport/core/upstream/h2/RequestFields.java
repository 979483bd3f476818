package dev.sallyport.core.upstream.h2;

import dev.sallyport.core.exchange.Route;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.grpc.GrpcFields;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

/**
 * The fields of a request as an endpoint sees them on HTTP/2 (RFC 9113 8.3.1): built one by one
 * from the rebuilt head.
 */
final class RequestFields {
    private static final AsciiString CONNECT = AsciiString.cached("CONNECT");
    private static final AsciiString WEBSOCKET = AsciiString.cached("websocket");
    private static final AsciiString PROTOCOL = AsciiString.cached(":protocol");
    private static final AsciiString WEBSOCKET_KEY = AsciiString.cached("sec-websocket-key");
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final AsciiString TE = AsciiString.cached("te");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");

    private RequestFields() {}

    static Http2Headers of(RequestHead head, Route route, LinkOwner owner) {
        byte[] bytes = head.bytes();
        FieldTable fields = head.fields();
        Http2Headers to = Fields.section(fields.count() + 8);
        boolean isWebSocket = head.isWebSocketUpgrade();
        if (isWebSocket) {
            // RFC 8441 4: what HTTP/1.1 says by GET and an upgrade.
            to.method(CONNECT);
            to.add(PROTOCOL, WEBSOCKET);
        } else {
            to.method(Fields.text(bytes, head.methodOffset(), head.methodLength()));
        }
        to.scheme(owner.isSecure() ? HTTPS : HTTP);
        to.authority(authority(head, route, owner));
        to.path(path(head, route.stripped(head)));
        Fields.write(fields, to);
        if (isWebSocket) {
            to.remove(WEBSOCKET_KEY); // RFC 8441 5: this wire proves the handshake itself
        }
        if (head.contentLength() >= 0) {
            to.add(CONTENT_LENGTH, AsciiString.of(Long.toString(head.contentLength())));
        }
        if (GrpcFields.isCall(fields)) {
            // RFC 9113 8.2.2; gRPC servers take its lack for a proxy that drops trailers.
            to.add(TE, TRAILERS);
        }
        return to;
    }

    private static AsciiString authority(RequestHead head, Route route, LinkOwner owner) {
        return switch (route.hostHeader()) {
            case Route.HostHeader.Keep _ -> {
                if (head.hostLength() == 0) {
                    yield new AsciiString(owner.authority(), false);
                }
                AsciiString host = Fields.text(head.bytes(), head.hostOffset(), head.hostLength());
                yield head.port() < 0 ? host : host.concat(":" + head.port());
            }
            case Route.HostHeader.Endpoint _ -> new AsciiString(owner.authority(), false);
            case Route.HostHeader.Literal(byte[] authority) -> new AsciiString(authority, false);
        };
    }

    /** The path is canonical and the prefix ends at a segment, so the rest is canonical too. */
    private static AsciiString path(RequestHead head, int strip) {
        byte[] bytes = head.bytes();
        int from = head.pathOffset() + strip;
        int length = head.pathLength() - strip;
        int slash = strip > 0 && length == 0 ? 1 : 0;
        byte[] path = new byte[slash + length + head.queryLength()];
        path[0] = '/';
        System.arraycopy(bytes, from, path, slash, length);
        System.arraycopy(bytes, head.queryOffset(), path, slash + length, head.queryLength());
        return new AsciiString(path, false);
    }
}
