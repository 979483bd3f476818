package dev.sallyport.core.observe.trace;

import dev.sallyport.core.observe.log.AccessEntry;
import dev.sallyport.core.observe.log.AccessRecord;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.HexFormat;
import java.util.Set;

/**
 * The spans of a record: one for the request as a whole, one for the last attempt at an endpoint.
 *
 * <p>Names and attributes follow OpenTelemetry's semantic conventions for HTTP; what they do not
 * know begins with {@code sallyport.}.
 */
final class RequestSpans {
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT");
    private static final String OTHER_METHOD = "_OTHER";
    private static final long NANOS = 1000;
    private static final HexFormat HEX = HexFormat.of();

    private final Resource resource;

    RequestSpans(Resource resource) {
        this.resource = resource;
    }

    SpanData server(AccessEntry entry) {
        String method = method(entry);
        String route = entry.string(AccessEntry.ROUTE);
        String target = method.equals(OTHER_METHOD) ? "HTTP" : method;
        AttributesBuilder attributes = Attributes.builder();
        common(entry, method, attributes);
        attributes.put("url.scheme", entry.length(AccessEntry.TLS_VERSION) > 0 ? "https" : "http");
        putIfThere(attributes, "url.path", entry.string(AccessRecord.PATH));
        String query = entry.string(AccessRecord.QUERY);
        putIfThere(attributes, "url.query", query.startsWith("?") ? query.substring(1) : query);
        putIfThere(attributes, "server.address", entry.string(AccessRecord.HOST));
        putIfThere(attributes, "user_agent.original", entry.string(AccessRecord.USER_AGENT));
        if (entry.clientFamily() != 0) {
            attributes.put("client.address", entry.clientAddress());
            attributes.put("client.port", entry.clientPort());
        }
        protocol(entry.string(AccessEntry.PROTOCOL), attributes);
        attributes.put("http.request.body.size", entry.bytesIn());
        attributes.put("http.response.body.size", entry.bytesOut());
        attributes.put("http.response.status_code", entry.status());
        attributes.put("sallyport.request_id", HEX.toHexDigits(entry.requestId()));
        putIfThere(attributes, "sallyport.listener", entry.string(AccessEntry.LISTENER));
        putIfThere(attributes, "sallyport.verdict", entry.string(AccessEntry.VERDICT));
        if (entry.grpcStatus() >= 0) {
            attributes.put("rpc.grpc.status_code", entry.grpcStatus());
        }
        // Of a server's span only 5xx is an error: 4xx is the client's.
        boolean failed = entry.status() >= 500;
        if (failed) {
            attributes.put("error.type", errorType(entry));
        }
        long start = entry.startEpochMicros() * NANOS;
        return new RequestSpan(
                route.isEmpty() ? target : target + " " + route,
                SpanKind.SERVER,
                context(entry, entry.spanId()),
                entry.parentSpanId() == 0 ? SpanContext.getInvalid() : remote(entry),
                failed ? StatusData.error() : StatusData.unset(),
                start,
                start + Math.max(0, entry.totalMicros()) * NANOS,
                attributes.build(),
                resource);
    }

    SpanData client(AccessEntry entry) {
        String method = method(entry);
        AttributesBuilder attributes = Attributes.builder();
        common(entry, method, attributes);
        address(entry.string(AccessEntry.ENDPOINT), attributes);
        if (entry.attempts() > 1) {
            attributes.put("http.request.resend_count", entry.attempts() - 1);
        }
        boolean answered = entry.upstreamFirstByteMicros() >= 0;
        if (answered) {
            attributes.put("http.response.status_code", entry.status());
        }
        boolean failed = !answered || entry.status() >= 400;
        if (failed) {
            attributes.put("error.type", errorType(entry));
        }
        long start = (entry.startEpochMicros() + Math.max(0, entry.upstreamStartMicros())) * NANOS;
        return new RequestSpan(
                method.equals(OTHER_METHOD) ? "HTTP" : method,
                SpanKind.CLIENT,
                context(entry, entry.upstreamSpanId()),
                context(entry, entry.spanId()),
                failed ? StatusData.error() : StatusData.unset(),
                start,
                start + Math.max(0, entry.upstreamTotalMicros()) * NANOS,
                attributes.build(),
                resource);
    }

    private static String method(AccessEntry entry) {
        String method = entry.string(AccessRecord.METHOD);
        return METHODS.contains(method) ? method : OTHER_METHOD;
    }

    private static void common(AccessEntry entry, String method, AttributesBuilder attributes) {
        attributes.put("http.request.method", method);
        putIfThere(attributes, "sallyport.route", entry.string(AccessEntry.ROUTE));
        putIfThere(attributes, "sallyport.upstream", entry.string(AccessEntry.UPSTREAM));
        putIfThere(attributes, "sallyport.reason", entry.string(AccessEntry.REASON));
    }

    private static void protocol(String protocol, AttributesBuilder attributes) {
        int slash = protocol.indexOf('/');
        if (slash > 0) {
            attributes.put("network.protocol.name", "http");
            attributes.put("network.protocol.version", protocol.substring(slash + 1));
        }
    }

    // host:port, [v6]:port or unix:/path
    private static void address(String endpoint, AttributesBuilder attributes) {
        int colon = endpoint.lastIndexOf(':');
        int port = colon < 0 ? -1 : port(endpoint, colon + 1);
        String host = port < 0 ? endpoint : endpoint.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        putIfThere(
                attributes,
                "server.address",
                bracketed ? host.substring(1, host.length() - 1) : host);
        if (port >= 0) {
            attributes.put("server.port", port);
        }
    }

    /** The number that is all of the text from here, -1 when it is none. */
    private static int port(String endpoint, int from) {
        int port = from < endpoint.length() ? 0 : -1;
        for (int i = from; i < endpoint.length(); i++) {
            int digit = endpoint.charAt(i) - '0';
            if (digit < 0 || digit > 9 || port > 65535) {
                return -1;
            }
            port = 10 * port + digit;
        }
        return port;
    }

    private static String errorType(AccessEntry entry) {
        String reason = entry.string(AccessEntry.REASON);
        return reason.isEmpty() ? Integer.toString(entry.status()) : reason;
    }

    private static void putIfThere(AttributesBuilder attributes, String key, String value) {
        if (!value.isEmpty()) {
            attributes.put(key, value);
        }
    }

    private static SpanContext context(AccessEntry entry, long span) {
        return SpanContext.create(
                trace(entry),
                HEX.toHexDigits(span),
                TraceFlags.getSampled(),
                TraceState.getDefault());
    }

    private static SpanContext remote(AccessEntry entry) {
        return SpanContext.createFromRemoteParent(
                trace(entry),
                HEX.toHexDigits(entry.parentSpanId()),
                TraceFlags.getSampled(),
                TraceState.getDefault());
    }

    private static String trace(AccessEntry entry) {
        return HEX.toHexDigits(entry.traceHigh()) + HEX.toHexDigits(entry.traceLow());
    }
}
