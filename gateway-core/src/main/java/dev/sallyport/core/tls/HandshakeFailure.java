package dev.sallyport.core.tls;

/** Why a connection never became a TLS session; few, so that they may label a metric. */
public enum HandshakeFailure {
    /** The first bytes are not TLS. */
    NOT_TLS,
    /** The hello is malformed or larger than any honest one. */
    BAD_HELLO,
    /** No certificate for the name the client asked for. */
    UNKNOWN_NAME,
    /** The client named nobody and no certificate is the obvious one. */
    NO_NAME,
    /** The client offers only application protocols not spoken here. */
    NO_PROTOCOL,
    /** No common version or cipher. */
    NO_COMMON_TERMS,
    /** The client refused, usually our certificate. */
    REFUSED_BY_CLIENT,
    /** The client went away. */
    GONE,
    /** Not done in time. */
    TIMEOUT,
    /** Anything else; the cause says what. */
    OTHER
}
