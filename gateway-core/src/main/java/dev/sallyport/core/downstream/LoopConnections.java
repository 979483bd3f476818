package dev.sallyport.core.downstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.core.exchange.LoopExchanges;
import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.HeadWriter;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.wire.SpareHeads;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The client connections of one loop, and the heads they share: an idle connection holds none. */
public final class LoopConnections {
    private static final Logger log = LoggerFactory.getLogger(LoopConnections.class);

    /** What the list holds, whatever its wire. */
    public interface Served {
        Peer peer();

        /** Ends in good order: when idle now, when busy after its responses. */
        void drain();
    }

    /** A connection's place in the list. */
    public static final class Link {
        private final Served connection;
        private @Nullable Link previous;
        private @Nullable Link next;
        private boolean isListed;

        public Link(Served connection) {
            this.connection = connection;
        }
    }

    private static final byte[] WEBSOCKET_KEY = "sec-websocket-key".getBytes(US_ASCII);
    private static final byte[] WEBSOCKET_VERSION = "sec-websocket-version".getBytes(US_ASCII);
    private static final byte[] VERSION_13 = "13".getBytes(US_ASCII);

    private final LoopExchanges exchanges;
    private final SecureRandom random;
    private final HeadWriter headWriter = new HeadWriter();
    private final SpareHeads<RequestHead> heads =
            new SpareHeads<>(RequestHead::new, RequestHead::reset);
    private @Nullable Link first;

    public LoopConnections(LoopExchanges exchanges, SecureRandom random) {
        this.exchanges = exchanges;
        this.random = random;
    }

    /**
     * Adds what endpoints of HTTP/1.1 want of a WebSocket's handshake, if it is one, and clients of
     * HTTP/2 and HTTP/3 leave out (RFC 8441 5, RFC 9220): a version, and sixteen bytes that nobody
     * can guess.
     */
    public void completeHandshake(RequestHead head) {
        if (!head.isWebSocketUpgrade()) {
            return;
        }
        byte[] nonce = new byte[16];
        random.nextBytes(nonce);
        head.fields().set(WEBSOCKET_KEY, Base64.getEncoder().encode(nonce));
        if (head.fields().find(Field.SEC_WEBSOCKET_VERSION) < 0) {
            head.fields().add(WEBSOCKET_VERSION, VERSION_13);
        }
    }

    /** Ends all connections in good order: idle ones now, busy ones after their response. */
    public void drain() {
        for (Link at = first; at != null; ) {
            Link following = at.next;
            at.connection.drain();
            at = following;
        }
    }

    /** Ends the connections of one listener in good order, after it was taken away. */
    public void drain(String listener) {
        for (Link at = first; at != null; ) {
            Link following = at.next;
            if (at.connection.peer().listener().equals(listener)) {
                at.connection.drain();
            }
            at = following;
        }
    }

    public Loop loop() {
        return exchanges.loop();
    }

    public LoopExchanges exchanges() {
        return exchanges;
    }

    HeadWriter headWriter() {
        return headWriter;
    }

    public RequestHead takeHead() {
        return heads.take();
    }

    public void returnHead(RequestHead head) {
        heads.give(head);
    }

    public void add(Link link) {
        link.isListed = true;
        link.next = first;
        if (first != null) {
            first.previous = link;
        }
        first = link;
    }

    public void remove(Link link) {
        if (!link.isListed) {
            return;
        }
        link.isListed = false;
        Link before = link.previous;
        Link after = link.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        link.previous = null;
        link.next = null;
    }

    /** An exception on a loop is a bug of ours: it ends one connection, and it is told. */
    public void bug(Throwable cause) {
        log.error("connection failed", cause);
    }
}
