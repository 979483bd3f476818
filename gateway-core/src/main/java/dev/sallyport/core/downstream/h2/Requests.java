package dev.sallyport.core.downstream.h2;

import dev.sallyport.core.downstream.LoopConnections;
import dev.sallyport.core.exchange.Dispatcher;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.exchange.Rules;
import dev.sallyport.core.http.Malformed;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.observe.reason.ConnectionEnd;
import dev.sallyport.core.wire.h2.ErrorCode;

/** How the requests of one connection begin and end. */
final class Requests {

    private final Http2Connection connection;
    private final LoopConnections connections;
    private final Dispatcher dispatcher;
    private final StreamTable streams;
    private Rules rules;
    private int count;

    Requests(
            Http2Connection connection,
            Http2Loop shared,
            Dispatcher dispatcher,
            StreamTable streams) {
        this.connection = connection;
        this.connections = shared.connections();
        this.dispatcher = dispatcher;
        this.streams = streams;
        this.rules = dispatcher.rules();
    }

    Rules rules() {
        return rules;
    }

    /** The rules of the snapshot in force, for a request that begins. */
    Rules freshRules() {
        rules = dispatcher.rules();
        return rules;
    }

    RequestHead takeHead() {
        return connections.takeHead();
    }

    void returnHead(RequestHead head) {
        connections.returnHead(head);
    }

    /** A request's head has come, well-formed or not. */
    void begin(int id, RequestHead head, boolean isLast, long startNanos) {
        var stream = new Http2Stream(connection, id, head);
        streams.add(stream);
        if (isLast) {
            stream.body().ended();
        }
        connections.completeHandshake(head);
        var begun =
                new Exchange(
                        connections.exchanges(),
                        stream,
                        connection.peer(),
                        head,
                        rules,
                        startNanos);
        stream.begin(begun);
        Malformed malformed = head.malformed();
        if (malformed == null) {
            dispatcher.dispatch(begun);
        } else {
            if (malformed.isStreamError()) {
                stream.resetInsteadOfAnswer();
            }
            begun.refuse(malformed);
            countReset();
        }
        if (++count == rules.requestsPerConnection()) {
            connection.leave(ConnectionEnd.ENOUGH_REQUESTS);
        }
    }

    /** The stream is over on both sides, or was reset by a frame written before. */
    void ended(Http2Stream stream, boolean isResetHere) {
        stream.close();
        streams.remove(stream.id(), isResetHere);
        takeBack(stream);
        connection.flush();
    }

    /** A tunnel's head is not taken back: its record, which comes last, is made of it. */
    private void takeBack(Http2Stream stream) {
        if (!stream.isTunnel()) {
            returnHead(stream.head());
        }
    }

    /** Resets a stream that was answered in part, or not at all; its exchange is over. */
    void reset(Http2Stream stream, ErrorCode code) {
        connection.writer().reset(stream.id(), code);
        ended(stream, true);
    }

    /** Resets a stream, and ends its exchange. */
    void cut(Http2Stream stream, ErrorCode code, ProxyError why) {
        connection.writer().reset(stream.id(), code);
        gone(stream, true, why);
    }

    /** The client reset the stream. */
    void cancelled(Http2Stream stream) {
        gone(stream, false, ProxyError.CLIENT_CLOSED);
        countReset();
    }

    /** The client broke a rule on one stream, open or not (RFC 9113 5.4.2). */
    void streamError(int id, ErrorCode code) {
        Http2Stream stream = streams.find(id);
        if (stream == null) {
            connection.writer().reset(id, code);
            streams.rememberReset(id);
        } else {
            cut(stream, code, ProxyError.REQUEST_MALFORMED);
        }
        connection.flush();
        countReset();
    }

    /** The connection is gone, and all its streams with it. */
    void endAll(ProxyError why) {
        for (Http2Stream stream : streams.all()) {
            gone(stream, true, why);
        }
    }

    private void gone(Http2Stream stream, boolean isResetHere, ProxyError why) {
        streams.remove(stream.id(), isResetHere);
        stream.gone(why);
        takeBack(stream);
        connection.flush();
    }

    /** A request came to nothing because of the client: some may, many are an attack. */
    void countReset() {
        if (connection.guard().isResetTooMany(rules.streams())) {
            connection.fail(ErrorCode.ENHANCE_YOUR_CALM, ConnectionEnd.RESETS);
        }
    }
}
