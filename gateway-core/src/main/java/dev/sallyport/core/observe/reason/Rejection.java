package dev.sallyport.core.observe.reason;

/** Why a connection was closed at accept. */
public enum Rejection {
    /** The process holds as many connections as it may. */
    PROCESS_LIMIT("process-limit"),
    /** The client holds as many connections as it may. */
    CLIENT_LIMIT("client-limit"),
    /** It came from no trusted proxy, or its PROXY header was absent or broken. */
    PROXY_HEADER("proxy-header"),
    /** No TCP route is for it. */
    NO_ROUTE("no-route"),
    /** The gateway is draining. */
    DRAINING("draining");

    private final String label;

    Rejection(String label) {
        this.label = label;
    }

    /** The word used as a label. */
    public String label() {
        return label;
    }
}
