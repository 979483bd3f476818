package dev.sallyport.acme.issue;

import dev.sallyport.acme.certificate.CertificateRequest;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.challenge.ChallengeSolver;
import dev.sallyport.acme.issue.CaException.Kind;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One certificate from one authority: account, order, proof, request, chain. Each step is written
 * down before it is taken, so that the same call after a crash goes on where the last one was.
 * Blocking; one control thread.
 */
public final class Issuance {
    private static final int MOST_ORDERS = 2;

    private final AcmePort port;
    private final Authority authority;
    private final OrderJournal journal;
    private final List<ChallengeSolver> solvers;
    private final Poll poll;
    private final Clock clock;
    private final SecureRandom random;

    public Issuance(
            AcmePort port,
            Authority authority,
            OrderJournal journal,
            List<ChallengeSolver> solvers,
            Poll poll,
            Clock clock,
            SecureRandom random) {
        this.port = port;
        this.authority = authority;
        this.journal = journal;
        this.solvers = List.copyOf(solvers);
        this.poll = poll;
        this.clock = clock;
        this.random = random;
    }

    /** What came of it. */
    public record Issued(KeyMaterial material, String account, String order) {}

    /**
     * Obtains a certificate.
     *
     * @param replaces id of the one it takes the place of; null for none
     * @param attempt how often it was tried before
     */
    public Issued run(List<String> names, @Nullable String replaces, int attempt)
            throws CaException, InterruptedException {
        try {
            var account = account();
            try {
                return run(account, names, replaces, attempt);
            } catch (CaException e) {
                if (e.kind() != Kind.ACCOUNT) {
                    throw e;
                }
                // The authority forgot the account, and with it the order.
                journal.failed();
                journal.account(null);
                return run(account(), names, null, attempt);
            }
        } catch (IOException e) {
            throw new CaException(Kind.LOCAL, "storage: " + e.getMessage(), null, e);
        } catch (GeneralSecurityException e) {
            throw new CaException(Kind.LOCAL, "key: " + e.getMessage(), null, e);
        }
    }

    private AcmePort.Account account() throws CaException, IOException {
        var key = journal.accountKey();
        var url = journal.accountUrl();
        if (url == null) {
            url = port.openAccount(key);
            journal.account(url);
        }
        return new AcmePort.Account(key, url);
    }

    private Issued run(
            AcmePort.Account account, List<String> names, @Nullable String replaces, int attempt)
            throws CaException, InterruptedException, IOException, GeneralSecurityException {
        for (int orders = 1; ; orders++) {
            var key = journal.key();
            var order = order(account, names, replaces);
            try {
                var valid = prove(account, order, key, names, attempt);
                var certificate = valid.certificate();
                if (certificate == null) {
                    throw new CaException(Kind.ORDER, "order " + valid.url() + ": no certificate");
                }
                var chains = port.chains(account, certificate, authority.preferredChain() != null);
                var chain = ChainChoice.choose(chains, authority.preferredChain());
                if (!chain.getFirst().getPublicKey().equals(key.getPublic())) {
                    // Finished earlier, with a key that is gone (or by somebody else).
                    journal.abandoned();
                    if (orders < MOST_ORDERS) {
                        continue;
                    }
                    throw new CaException(
                            Kind.ORDER, "order " + valid.url() + ": a certificate for another key");
                }
                var material = Verifier.verify(key.getPrivate(), chain, names, clock.instant());
                return new Issued(material, account.url(), valid.url());
            } catch (CaException e) {
                if (e.kind() == Kind.VALIDATION) {
                    journal.failed(); // the order is invalid from now on
                } else if (e.kind() == Kind.ORDER) {
                    journal.abandoned();
                }
                throw e;
            }
        }
    }

    /** The order begun earlier when it lives, else a new one. */
    private AcmePort.Order order(
            AcmePort.Account account, List<String> names, @Nullable String replaces)
            throws CaException, IOException {
        var begun = journal.order(account.url());
        if (begun != null) {
            try {
                var order = port.order(account, begun);
                if (!order.status().equals("invalid") && isFor(order, names)) {
                    return order;
                }
            } catch (CaException e) {
                if (e.kind() != Kind.ORDER && e.kind() != Kind.VALIDATION) {
                    throw e;
                }
            }
            journal.failed();
        }
        var order = newOrder(account, names, replaces);
        if (!isFor(order, names)) {
            throw new CaException(
                    Kind.NETWORK, "order for " + order.names() + " (expected: " + names + ")");
        }
        journal.ordered(order.url(), account.url());
        return order;
    }

    private AcmePort.Order newOrder(
            AcmePort.Account account, List<String> names, @Nullable String replaces)
            throws CaException {
        var terms = port.terms();
        var profile = authority.profile();
        if (profile != null && !terms.profiles().contains(profile)) {
            throw new CaException(
                    Kind.HUMAN,
                    "profile: \""
                            + profile
                            + "\" (expected: "
                            + (terms.profiles().isEmpty()
                                    ? "none, " + authority.name() + " knows no profiles"
                                    : "one of " + terms.profiles())
                            + ")");
        }
        if (replaces != null && terms.hasRenewalInfo()) {
            try {
                return port.newOrder(account, new AcmePort.Request(names, profile, replaces));
            } catch (CaException e) {
                if (e.kind() != Kind.ORDER
                        && e.kind() != Kind.VALIDATION
                        && e.kind() != Kind.HUMAN) {
                    throw e;
                }
                // RFC 9773 5: it may be replaced already, or belong to another account. Renewing
                // matters more than saying what for.
            }
        }
        return port.newOrder(account, new AcmePort.Request(names, profile, null));
    }

    private AcmePort.Order prove(
            AcmePort.Account account,
            AcmePort.Order order,
            KeyPair key,
            List<String> names,
            int attempt)
            throws CaException, InterruptedException, IOException, GeneralSecurityException {
        var seen = order;
        var validation = new Validation(port, account, solvers, attempt, poll);
        try {
            if (seen.status().equals("pending")) {
                validation.run(seen);
                seen = await(account, seen.url(), "pending");
            }
            if (seen.status().equals("ready")) {
                journal.finalizing();
                port.complete(account, seen, CertificateRequest.create(names, key, random));
            }
            if (!seen.status().equals("valid")) {
                seen = await(account, seen.url(), "ready", "processing");
            }
        } finally {
            validation.close();
        }
        if (!seen.status().equals("valid")) {
            throw new CaException(
                    Kind.VALIDATION,
                    "order "
                            + seen.status()
                            + ": "
                            + (seen.problem() == null ? "no reason given" : seen.problem()));
        }
        return seen;
    }

    private AcmePort.Order await(AcmePort.Account account, String url, String... passing)
            throws CaException, InterruptedException {
        return poll.until(
                () -> port.order(account, url),
                each -> !List.of(passing).contains(each.status()),
                AcmePort.Order::retryAfter);
    }

    private static boolean isFor(AcmePort.Order order, List<String> names) {
        var asked = new TreeSet<String>(String.CASE_INSENSITIVE_ORDER);
        asked.addAll(names);
        var got = new TreeSet<String>(String.CASE_INSENSITIVE_ORDER);
        got.addAll(order.names());
        return asked.equals(got);
    }
}
