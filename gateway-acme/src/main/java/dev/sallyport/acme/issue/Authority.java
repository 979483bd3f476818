package dev.sallyport.acme.issue;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An authority as it is asked.
 *
 * @param profile of its certificates; null for its default
 * @param externalAccount where an account must be bound to one that exists
 * @param caFile whom to trust for its directory; null for the system's
 * @param preferredChain common name of the topmost issuer wanted
 * @param email of the account
 */
public record Authority(
        String name,
        URI directory,
        @Nullable String profile,
        @Nullable ExternalAccount externalAccount,
        @Nullable Path caFile,
        @Nullable String preferredChain,
        @Nullable String email) {
    /** The key of an account that exists outside of ACME. */
    public record ExternalAccount(String keyId, String macKey) {
        @Override
        public String toString() {
            return "ExternalAccount[" + keyId + "]";
        }
    }
}
