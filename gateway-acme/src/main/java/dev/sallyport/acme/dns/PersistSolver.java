package dev.sallyport.acme.dns;

import dev.sallyport.acme.challenge.Challenge;
import dev.sallyport.acme.challenge.ChallengeSolver;
import dev.sallyport.acme.challenge.ChallengeType;
import dev.sallyport.acme.challenge.PersistentRecord;
import dev.sallyport.config.model.Dns;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * dns-persist-01: a record that somebody publishes once and that stays, so that the edge needs no
 * way to change DNS at all. It looks whether the record is there before the authority does, and
 * tells which one is missing: an authority counts failures.
 */
public final class PersistSolver implements ChallengeSolver {
    static final String PREFIX = "_validation-persist.";

    private static final Logger log = LoggerFactory.getLogger(PersistSolver.class);

    private final DnsLookups lookups;
    private final InstantSource clock;

    private PersistSolver(DnsLookups lookups, InstantSource clock) {
        this.lookups = lookups;
        this.clock = clock;
    }

    /** One that asks these servers; those of the system when there are none. */
    public static PersistSolver create(List<Dns.Server> resolvers, InstantSource clock) {
        return new PersistSolver(new DnsLookups(resolvers), clock);
    }

    @Override
    public ChallengeType type() {
        return ChallengeType.DNS_PERSIST_01;
    }

    @Override
    public void present(Challenge challenge) throws IOException {
        var name = PREFIX + challenge.identifier() + ".";
        var wanted = PersistentRecord.parse(challenge.authorization());
        if (wanted == null) {
            throw new IOException("the authority names no issuer (expected: issuer-domain-names)");
        }
        var texts = lookups.texts(name);
        if (texts == null) {
            // The authority may see what this machine does not.
            log.warn("persistent record not looked up name={}", name);
            return;
        }
        for (var text : texts) {
            var found = PersistentRecord.parse(text);
            if (found != null && found.covers(wanted, clock.instant())) {
                return;
            }
        }
        throw new IOException(
                (texts.isEmpty() ? "no record" : "none of " + texts)
                        + " (expected: "
                        + name
                        + " TXT \""
                        + challenge.authorization()
                        + "\", published once)");
    }

    /** Nothing: the record stays. */
    @Override
    public void remove(Challenge challenge) {}
}
