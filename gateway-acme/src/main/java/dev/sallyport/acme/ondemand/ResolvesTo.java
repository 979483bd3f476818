package dev.sallyport.acme.ondemand;

import dev.sallyport.acme.dns.AddressLookup;
import dev.sallyport.acme.ondemand.Question.Answer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * Whether a name leads to where {@code acme.on-demand.resolves-to} says: one of its addresses is
 * enough, and what DNS does not tell is a no. Blocking.
 */
final class ResolvesTo {
    /** With the time of the service that is asked before, less than handshakes usually wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int MOST_TOLD = 4;

    private ResolvesTo() {}

    static Answer ask(Terms present, String name) throws InterruptedException {
        var expected = present.settings().resolvesTo();
        if (expected.isEmpty()) {
            return Answer.YES;
        }
        var found = new AddressLookup(present.dns(), PATIENCE).ask(name);
        for (var address : found.addresses()) {
            for (var network : expected) {
                if (network.contains(address.getAddress())) {
                    return Answer.YES;
                }
            }
        }
        if (found.failure() != null) {
            return new Answer(Decision.UNRESOLVED, "DNS: " + found.failure());
        }
        return new Answer(
                Decision.RESOLVES_ELSEWHERE,
                "DNS has " + told(found.addresses()) + " (expected: one of resolves-to)");
    }

    private static String told(List<InetAddress> addresses) {
        var some = addresses.stream().limit(MOST_TOLD).map(InetAddress::getHostAddress).toList();
        return some.isEmpty() ? "no address" : String.join(", ", some);
    }
}
