package dev.sallyport.acme.issue;

import dev.sallyport.acme.certificate.UnusableCertificateException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Conversations by acme4j, all with one authority over one HTTP client. Nothing of the library is
 * loaded before the first one.
 */
public final class Acme4jAuthorities implements AcmePort.Opener, AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final Clock clock;
    private final Duration deadline;
    private final Map<Authority, BoundedProvider> providers = new HashMap<>();

    public Acme4jAuthorities(Clock clock) {
        this(clock, DEADLINE);
    }

    /** With another deadline for one request. */
    public Acme4jAuthorities(Clock clock, Duration deadline) {
        this.clock = clock;
        this.deadline = deadline;
    }

    @Override
    public synchronized AcmePort connect(Authority authority) throws CaException {
        var provider = providers.get(authority);
        if (provider == null) {
            try {
                provider = new BoundedProvider(authority, clock, deadline);
            } catch (UnusableCertificateException e) {
                throw new CaException(
                        CaException.Kind.HUMAN, "ca-file: " + e.getMessage(), null, e);
            }
            providers.put(authority, provider);
        }
        return new Acme4jPort(authority, provider);
    }

    @Override
    public synchronized void close() {
        providers.values().forEach(BoundedProvider::close);
        providers.clear();
    }
}
