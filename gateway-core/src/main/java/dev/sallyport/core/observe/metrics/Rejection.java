package dev.sallyport.core.observe.metrics;

/** Why a connection was closed at accept. */
public enum Rejection {
    /** The process holds as many connections as it may. */
    PROCESS_LIMIT("process-limit"),
    /** The client holds as many connections as it may. */
    CLIENT_LIMIT("client-limit"),
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
