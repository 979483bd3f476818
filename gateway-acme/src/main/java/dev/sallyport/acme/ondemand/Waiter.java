package dev.sallyport.acme.ondemand;

import dev.sallyport.acme.certificate.CertificateDemand;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One handshake that waits for a certificate. */
record Waiter(
        String name,
        @Nullable InetAddress client,
        Network network,
        Runnable then,
        Duration patience,
        Consumer<Waiter> leaving)
        implements CertificateDemand.Waiting {
    @Override
    public void leave() {
        leaving.accept(this);
    }

    /** Two handshakes are never the same. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
