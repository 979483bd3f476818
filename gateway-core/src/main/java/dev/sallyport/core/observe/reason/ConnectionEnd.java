package dev.sallyport.core.observe.reason;

import java.util.Locale;

/** Why the edge said good-bye on a connection that carries many requests at once. */
public enum ConnectionEnd {
    // in good order
    DRAINED,
    IDLE,
    ENOUGH_REQUESTS,
    // the client broke the protocol
    BAD_PREFACE,
    PROTOCOL_ERROR,
    FRAME_SIZE,
    FLOW_CONTROL,
    COMPRESSION,
    STREAM_CLOSED,
    // the client asked for more than one connection may
    RESETS,
    CONTROL_FRAMES,
    HEADER_BLOCK,
    // the client stood still
    HEAD_TIMEOUT,
    STALLED,
    BUG;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The word used as a label. */
    public String label() {
        return label;
    }
}
