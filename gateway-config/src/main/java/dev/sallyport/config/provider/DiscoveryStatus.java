package dev.sallyport.config.provider;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a discovery stands, for metric and {@code status}.
 *
 * @param source where it reads, and what tells it
 * @param asOf when what it knows was last confirmed; null when it never was
 * @param staleReason why it is not confirmed any more; null when it is
 * @param workloads how many there are
 */
public record DiscoveryStatus(
        String name,
        String source,
        @Nullable Instant asOf,
        @Nullable String staleReason,
        int workloads) {
    public boolean isStale() {
        return staleReason != null;
    }
}
