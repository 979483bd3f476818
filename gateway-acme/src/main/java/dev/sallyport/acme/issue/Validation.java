package dev.sallyport.acme.issue;

import dev.sallyport.acme.challenge.Challenge;
import dev.sallyport.acme.challenge.ChallengeSolver;
import dev.sallyport.acme.challenge.ChallengeType;
import dev.sallyport.acme.issue.CaException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Proves the names of one order, each by one challenge; what is shown stays until it is closed. */
final class Validation {
    private static final Logger log = LoggerFactory.getLogger(Validation.class);

    private final AcmePort port;
    private final AcmePort.Account account;
    private final List<ChallengeSolver> solvers;
    private final int attempt;
    private final Poll poll;
    private final List<Shown> shown = new ArrayList<>();

    private record Shown(ChallengeSolver solver, Challenge challenge) {}

    /**
     * A validation.
     *
     * @param solvers in order of preference
     * @param attempt how often it was tried before: each time the next solver begins
     */
    Validation(
            AcmePort port,
            AcmePort.Account account,
            List<ChallengeSolver> solvers,
            int attempt,
            Poll poll) {
        this.port = port;
        this.account = account;
        this.solvers = List.copyOf(solvers);
        this.attempt = attempt;
        this.poll = poll;
    }

    /** Proves what is not proven yet. */
    void run(AcmePort.Order order) throws CaException, InterruptedException {
        Map<String, String> waiting = new LinkedHashMap<>();
        for (var url : order.authorizations()) {
            var authorization = port.authorization(account, url);
            switch (authorization.status()) {
                case "valid" -> {}
                case "pending" -> waiting.put(url, begin(authorization));
                default -> throw failed(authorization);
            }
        }
        for (var challenge : waiting.values()) {
            port.trigger(account, challenge);
        }
        for (var url : waiting.keySet()) {
            var last =
                    poll.until(
                            () -> port.authorization(account, url),
                            each -> !each.status().equals("pending"),
                            AcmePort.Authorization::retryAfter);
            if (!last.status().equals("valid")) {
                throw failed(last);
            }
        }
    }

    /** Shows what one challenge asks for; returns the challenge. */
    private String begin(AcmePort.Authorization authorization)
            throws CaException, InterruptedException {
        var possible = new ArrayList<Shown>();
        var urls = new ArrayList<String>();
        for (var solver : solvers) {
            for (var offer : authorization.offers()) {
                if (offer.type().equals(solver.type().word())
                        && fits(solver.type(), authorization)) {
                    possible.add(new Shown(solver, challenge(solver.type(), authorization, offer)));
                    urls.add(offer.url());
                }
            }
        }
        if (possible.isEmpty()) {
            throw new CaException(
                    Kind.HUMAN,
                    authorization.identifier()
                            + ": the authority offers "
                            + authorization.offers().stream().map(AcmePort.Offer::type).toList()
                            + " (expected: one of "
                            + solvers.stream().map(each -> each.type().word()).toList()
                            + ", as configured"
                            + (authorization.isWildcard()
                                    ? "; a wildcard needs dns-01 or dns-persist-01)"
                                    : ")"));
        }
        int index = Math.floorMod(attempt, possible.size());
        var one = possible.get(index);
        shown.add(one);
        try {
            one.solver().present(one.challenge());
        } catch (IOException e) {
            throw new CaException(
                    Kind.LOCAL,
                    authorization.identifier()
                            + ": "
                            + one.solver().type().word()
                            + " cannot be answered: "
                            + e.getMessage(),
                    null,
                    e);
        }
        return urls.get(index);
    }

    private static boolean fits(ChallengeType type, AcmePort.Authorization authorization) {
        return type.isOfDns() || !authorization.isWildcard();
    }

    private static Challenge challenge(
            ChallengeType type, AcmePort.Authorization authorization, AcmePort.Offer offer) {
        return new Challenge(
                type,
                authorization.identifier().toLowerCase(Locale.ROOT),
                offer.token(),
                offer.authorization());
    }

    private static CaException failed(AcmePort.Authorization authorization) {
        @Nullable String reason = null;
        String type = "";
        for (var offer : authorization.offers()) {
            if (offer.problem() != null) {
                reason = offer.problem();
                type = offer.type() + ": ";
            }
        }
        return new CaException(
                Kind.VALIDATION,
                authorization.identifier()
                        + ": "
                        + type
                        + (reason == null ? "authorization " + authorization.status() : reason));
    }

    /** Takes away what was shown. */
    void close() throws InterruptedException {
        for (var each : shown) {
            try {
                each.solver().remove(each.challenge());
            } catch (IOException e) {
                log.warn("challenge not taken away {} error={}", each.challenge(), e.getMessage());
            }
        }
        shown.clear();
    }
}
