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
    /** The client has no certificate where one is required, or one that is not good. */
    CLIENT_CERTIFICATE("client-certificate"),
    /** No authority for the certificates of clients can be read, so nobody is let in. */
    NO_CLIENT_AUTHORITY("no-client-authority"),
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
