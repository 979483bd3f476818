package dev.sallyport.core.observe.reason;

/** How a TLS handshake with a client ended. */
public enum HandshakeResult {
    OK("ok"),
    /** A certificate authority looked at a challenge. */
    CHALLENGE("challenge"),
    /** The client took too long. */
    TIMEOUT("timeout"),
    /** The client went away, or refused our certificate. */
    CLOSED("closed"),
    /** No certificate for the name asked for. */
    NO_CERTIFICATE("no-certificate"),
    /** No version or cipher in common, or not TLS at all. */
    PROTOCOL("protocol");

    private final String label;

    HandshakeResult(String label) {
        this.label = label;
    }

    /** The word used as a label. */
    public String label() {
        return label;
    }
}
