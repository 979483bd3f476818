package dev.sallyport.core.observe.reason;

/** How an attempt at an upstream failed. */
public enum UpstreamFailure {
    CONNECT_REFUSED("connect-refused"),
    CONNECT_TIMEOUT("connect-timeout"),
    /** This machine had no port or no file left for a connection. */
    NO_SOCKET("no-socket"),
    /** The handshake failed or the certificate was not the one expected. */
    TLS("tls"),
    /** The connection ended before the response did. */
    CLOSED("closed"),
    /** The endpoint gave up a request on a connection that goes on. */
    RESET("reset"),
    /** The endpoint would not look at a request, which may go elsewhere. */
    REFUSED("refused"),
    RESPONSE_TIMEOUT("response-timeout"),
    /** A body stood still for too long. */
    PROGRESS_TIMEOUT("progress-timeout"),
    /** The response was not valid HTTP. */
    MALFORMED("malformed"),
    /** No endpoint was healthy, or all were at their connection limit. */
    UNAVAILABLE("unavailable");

    private final String label;

    UpstreamFailure(String label) {
        this.label = label;
    }

    /** The word used as a label. */
    public String label() {
        return label;
    }
}
