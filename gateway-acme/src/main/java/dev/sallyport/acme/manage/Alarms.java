package dev.sallyport.acme.manage;

import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alarms before a certificate ends, by the share of its lifetime that is left: days would be too
 * late for those of six days and too early for those of a year. Each is raised once.
 */
final class Alarms {
    private static final Logger log = LoggerFactory.getLogger(Alarms.class);

    private Alarms() {}

    static void look(ManagedCertificate certificate, Instant now) {
        int level = level(certificate, now);
        if (level > certificate.alarm()) {
            var reason = certificate.state().reason();
            var facts = certificate.facts();
            log.error(
                    "certificate {} names={} until={} reason={}",
                    level == 3 ? "expired" : "expiring",
                    certificate.spec().names(),
                    facts == null ? "never" : facts.notAfter(),
                    reason == null ? "not renewed yet" : reason);
            certificate.alarm(level);
        }
    }

    /** When the next alarm would be due, if it is not renewed before. */
    static Instant next(ManagedCertificate certificate) {
        var facts = certificate.facts();
        if (facts == null || certificate.alarm() >= 3) {
            return Instant.MAX;
        }
        var end = facts.notAfter();
        return switch (certificate.alarm()) {
            case 0 -> end.minus(facts.lifetime().dividedBy(4));
            case 1 -> end.minus(facts.lifetime().dividedBy(10));
            default -> end;
        };
    }

    /** 0 none, 1 below a quarter, 2 below a tenth, 3 over. */
    static int level(ManagedCertificate certificate, Instant now) {
        var facts = certificate.facts();
        if (facts == null) {
            return 0;
        }
        var remaining = facts.remaining(now);
        if (!remaining.isPositive()) {
            return 3;
        }
        Duration lifetime = facts.lifetime();
        return remaining.compareTo(lifetime.dividedBy(10)) < 0
                ? 2
                : remaining.compareTo(lifetime.dividedBy(4)) < 0 ? 1 : 0;
    }
}
