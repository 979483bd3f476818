package dev.sallyport.core.upstream.care;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the care of one upstream stands at a moment, for status and metrics.
 *
 * @param refusedAddresses times an answer of DNS pointed where it must not; counts up
 * @param failedLookups times no server answered; counts up
 * @param failedChecks health checks that went wrong, of the endpoints there are now
 */
public record CareStatus(
        List<Name> names, long refusedAddresses, long failedLookups, long failedChecks) {
    public CareStatus {
        names = List.copyOf(names);
    }

    /**
     * A name in one address family.
     *
     * @param family {@code v4} or {@code v6}
     * @param addresses in use
     * @param refused in the last answer, but not allowed
     * @param problem why the addresses are old, or there are none; null when all is well
     */
    public record Name(
            String name,
            String family,
            List<String> addresses,
            List<String> refused,
            @Nullable String problem) {
        public Name {
            addresses = List.copyOf(addresses);
            refused = List.copyOf(refused);
        }
    }
}
