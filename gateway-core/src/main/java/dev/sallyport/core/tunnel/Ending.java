package dev.sallyport.core.tunnel;

/** Why a tunnel ended. */
public enum Ending {
    /** Both sides said that they have nothing more to send, and all of it was delivered. */
    FINISHED,
    /** Nothing moved for the allowed time. */
    IDLE,
    /** A side was reset, or could not be written to. */
    RESET,
    /** The edge closed it. */
    CLOSED;

    /** The word of the access record. */
    public String word() {
        return switch (this) {
            case FINISHED -> "finished";
            case IDLE -> "idle";
            case RESET -> "reset";
            case CLOSED -> "closed";
        };
    }
}
