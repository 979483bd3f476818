package dev.sallyport.core.downstream.h2;

import dev.sallyport.core.downstream.LoopConnections;
import dev.sallyport.core.wire.h2.Frame;
import dev.sallyport.core.wire.hpack.RecentValues;

/** What the HTTP/2 connections of one loop share: room to read and write in. */
public final class Http2Loop {
    private static final int KEPT = 64 * 1024;

    private final LoopConnections connections;
    private final RecentValues recent = new RecentValues();
    private byte[] payload = new byte[0];
    private byte[] block = new byte[1024];

    public Http2Loop(LoopConnections connections) {
        this.connections = connections;
    }

    LoopConnections connections() {
        return connections;
    }

    /** What the connections' tables have in common. */
    RecentValues recent() {
        return recent;
    }

    /** Room for the payload of one frame. */
    byte[] payload() {
        if (payload.length == 0) {
            payload = new byte[Frame.LARGEST];
        }
        return payload;
    }

    /** Room for a header block on its way out. */
    byte[] block() {
        return block;
    }

    /** Takes back the room, which the block may have outgrown. */
    void block(byte[] grown) {
        if (grown.length <= KEPT) {
            block = grown;
        }
    }
}
