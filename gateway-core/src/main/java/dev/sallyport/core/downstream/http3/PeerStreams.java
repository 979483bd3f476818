package dev.sallyport.core.downstream.http3;

/**
 * Which of the streams that a client may open once it has opened (RFC 9114 6.2.1, RFC 9204 4.2).
 */
final class PeerStreams {
    private boolean hasControl;
    private boolean hasEncoder;
    private boolean hasDecoder;

    /** False when there is one already. */
    boolean openControl() {
        boolean isFirst = !hasControl;
        hasControl = true;
        return isFirst;
    }

    /** False when there is one already. */
    boolean openEncoder() {
        boolean isFirst = !hasEncoder;
        hasEncoder = true;
        return isFirst;
    }

    /** False when there is one already. */
    boolean openDecoder() {
        boolean isFirst = !hasDecoder;
        hasDecoder = true;
        return isFirst;
    }
}
