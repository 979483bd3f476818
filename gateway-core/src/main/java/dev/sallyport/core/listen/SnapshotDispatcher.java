package dev.sallyport.core.listen;

import dev.sallyport.acme.challenge.ChallengeBoard;
import dev.sallyport.config.model.Listener.ClientCertificates;
import dev.sallyport.core.exchange.Dispatcher;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.Route;
import dev.sallyport.core.exchange.Rules;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.match.Match;
import dev.sallyport.core.rebuild.Answer;
import dev.sallyport.core.rebuild.MaxForwards;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.snapshot.Snapshot;
import dev.sallyport.core.snapshot.SnapshotPublisher;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds an exchange's route in the snapshot in force. One per loop. */
public final class SnapshotDispatcher implements Dispatcher {
    // RFC 9110 15.5.20: over TLS the client holds a certificate, so a host that is not here was
    // sent
    // to the wrong place.
    private static final Answer MISDIRECTED = Answer.of(421, "unknown-host");
    // Its certificate was not asked for, since the hello named another host or was before the
    // setting: on a new connection it will be.
    private static final Answer NOT_ASKED = Answer.of(421, "client-certificate-not-asked");
    private static final Answer UNKNOWN_HOST = Answer.of(404, "unknown-host");
    private static final Answer NO_ROUTE = Answer.of(404, "no-route");

    // A path longer than a regular expression may look at: whether the route fits cannot be told.
    private static final Answer PATH_TOO_LONG = Answer.of(414, "path-too-long");

    private static final Answer OPTIONS = Answer.toOptions();

    private final SnapshotPublisher publisher;
    private final ChallengeFiles challenges;
    private final RequestView view = new RequestView();

    public SnapshotDispatcher(SnapshotPublisher publisher, ChallengeBoard challenges) {
        this.publisher = publisher;
        this.challenges = new ChallengeFiles(challenges);
    }

    @Override
    public Rules rules() {
        return publisher.current().rules();
    }

    @Override
    public void dispatch(Exchange exchange) {
        Answer challenge = challenges.find(exchange.head());
        if (challenge != null) {
            exchange.refuse(challenge);
            return;
        }
        Snapshot snapshot = publisher.current();
        String listener = exchange.peer().listener();
        if (!snapshot.asking().isEmpty() && isMisdirected(exchange, snapshot)) {
            exchange.refuse(NOT_ASKED);
            return;
        }
        if (!snapshot.redirecting().isEmpty()) {
            Route redirect = snapshot.redirecting().get(listener);
            if (redirect != null && exchange.head().hostLength() > 0) {
                exchange.run(redirect);
                return;
            }
        }
        Match<Route> match = snapshot.table().find(view.of(exchange, snapshot.listener(listener)));
        if (!(match instanceof Match.Found<Route> found)) {
            exchange.refuse(refusal(match, exchange));
        } else if (MaxForwards.isSpent(exchange.head())) {
            exchange.refuse(OPTIONS);
        } else {
            exchange.run(found.payload());
        }
    }

    /** Whether a certificate must be asked for, for this host, and was not on this connection. */
    private static boolean isMisdirected(Exchange exchange, Snapshot snapshot) {
        Peer.Tls tls = exchange.peer().tls();
        ClientCertificates clients = snapshot.asking().get(exchange.peer().listener());
        if (tls == null || clients == null || tls.isAsked()) {
            return false;
        }
        RequestHead head = exchange.head();
        return clients.hosts().isEmpty()
                || clients.asks(
                        new String(
                                head.bytes(),
                                head.hostOffset(),
                                head.hostLength(),
                                StandardCharsets.ISO_8859_1));
    }

    private static Answer refusal(Match<Route> match, Exchange exchange) {
        @Nullable String allow = null;
        if (match instanceof Match.MethodNotAllowed<Route> misfit) {
            allow = String.join(", ", misfit.allow());
        }
        if (allow != null) {
            return Answer.of(405, "method-not-allowed", Answer.Line.of("allow", allow));
        }
        if (match instanceof Match.UnknownHost<Route>) {
            return exchange.peer().isSecure() ? MISDIRECTED : UNKNOWN_HOST;
        }
        return match instanceof Match.PathTooLong<Route> ? PATH_TOO_LONG : NO_ROUTE;
    }
}
