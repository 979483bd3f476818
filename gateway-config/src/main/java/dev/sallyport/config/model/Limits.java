package dev.sallyport.config.model;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.value.DataSize;
import java.time.Duration;

/** Bounds on what clients and servers may send, and for how long. */
public record Limits(
        @Doc("Largest request line and header fields together; beyond: 431.")
                @Default("16KiB")
                @Range(min = "1KiB", max = "1MiB")
                DataSize requestHead,
        @Doc("Most header fields of a request; beyond: 431.")
                @Default("100")
                @Range(min = "10", max = "1000")
                int requestFields,
        @Doc("Largest head of a response of an upstream; beyond: 502.")
                @Default("32KiB")
                @Range(min = "1KiB", max = "1MiB")
                DataSize responseHead,
        @Doc("Most header fields of a response; beyond: 502.")
                @Default("200")
                @Range(min = "10", max = "1000")
                int responseFields,
        @Doc("Largest trailer section, either way.")
                @Default("8KiB")
                @Range(min = "0B", max = "1MiB")
                DataSize trailers,
        @Doc("Most connections of clients at a time; beyond: closed when accepted.")
                @Default("20000")
                @Range(min = "1", max = "10000000")
                int connections,
        @Doc("Most connections of one IPv4 address, or of one IPv6 /64.")
                @Default("512")
                @Range(min = "1", max = "10000000")
                int connectionsPerClient,
        @Doc("Requests after which a connection is closed in good order; 0: no bound.")
                @Default("100000")
                @Range(min = "0", max = "1000000000")
                int requestsPerConnection,
        @Doc("Time for a complete request head, from accept or from its first byte; beyond: 408.")
                @Default("10s")
                @Range(min = "1ms", max = "1h")
                Duration headTimeout,
        @Doc("Time for a TLS handshake.") @Default("10s") @Range(min = "1ms", max = "1h")
                Duration handshakeTimeout,
        @Doc("How long a client's connection may idle between requests.")
                @Default("75s")
                @Range(min = "1ms", max = "1d")
                Duration keepAliveTimeout,
        @Doc("How long a body may stand still, either way.")
                @Default("30s")
                @Range(min = "1ms", max = "1d")
                Duration progressTimeout,
        @Doc("Time from the request sent to the first byte of the response; beyond: 504.")
                @Default("60s")
                @Range(min = "1ms", max = "1d")
                Duration responseTimeout,
        @Doc("How long a WebSocket or other tunnel may idle.")
                @Default("1h")
                @Range(min = "1ms", max = "30d")
                Duration tunnelIdleTimeout,
        @Doc("How long requests in flight may go on when the process ends.")
                @Default("30s")
                @Range(min = "0s", max = "1d")
                Duration drainTimeout,
        @Doc("What one HTTP/2 connection of a client may ask for.") @Default("{}") Http2 http2) {

    /**
     * What one HTTP/2 connection of a client may ask for. A client that goes beyond what it may
     * within ten seconds is told to calm down (GOAWAY with ENHANCE_YOUR_CALM) and loses the
     * connection.
     */
    public record Http2(
            @Doc("Most requests at a time; one more is refused (REFUSED_STREAM).")
                    @Default("100")
                    @Range(min = "1", max = "10000")
                    int streams,
            @Doc(
                            "Most requests that come to nothing within 10 s: reset by the client,"
                                    + " refused, or broken off by the edge because of the client.")
                    @Default("100")
                    @Range(min = "1", max = "100000")
                    int resets,
            @Doc(
                            "Most frames within 10 s that move nothing: SETTINGS, PING, PRIORITY,"
                                    + " unknown ones, empty ones, and WINDOW_UPDATE beyond what"
                                    + " requests and the data sent for them explain.")
                    @Default("100")
                    @Range(min = "10", max = "100000")
                    int controlFrames,
            @Doc("Most CONTINUATION frames of one header block.")
                    @Default("8")
                    @Range(min = "0", max = "1000")
                    int continuations) {}
}
