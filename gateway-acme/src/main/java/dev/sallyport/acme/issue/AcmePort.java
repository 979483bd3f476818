package dev.sallyport.acme.issue;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One conversation with one authority (RFC 8555, RFC 9773). Every call has a deadline and a bound
 * on what is read; every failure is a {@link CaException}. Blocking; one thread at a time.
 */
public interface AcmePort {
    /** What the directory says. */
    Terms terms() throws CaException;

    /** Makes the account of this key, or finds it; returns its URL. */
    String openAccount(KeyPair key) throws CaException;

    Order newOrder(Account account, Request request) throws CaException;

    Order order(Account account, String url) throws CaException;

    Authorization authorization(Account account, String url) throws CaException;

    /** Tells that a challenge is ready to be looked at. */
    void trigger(Account account, String challenge) throws CaException;

    /** Hands in the request for the certificate. */
    Order complete(Account account, Order order, byte[] request) throws CaException;

    /** All chains offered for a certificate, the authority's favourite first. */
    List<List<X509Certificate>> chains(Account account, String certificate, boolean withAlternates)
            throws CaException;

    /** Revokes by the account that ordered, or by the certificate's own key. */
    void revoke(@Nullable Account account, KeyPair certificateKey, X509Certificate leaf, int reason)
            throws CaException;

    /** When the authority would have a certificate renewed; see {@link RenewalId}. */
    RenewalWindow renewalInfo(String renewalId) throws CaException;

    /** Begins conversations with authorities. */
    @FunctionalInterface
    interface Opener {
        /** A conversation for one thread. Nothing is sent yet. */
        AcmePort connect(Authority authority) throws CaException;
    }

    /** A key and where its account is. */
    record Account(KeyPair key, String url) {
        @Override
        public String toString() {
            return "Account[" + url + "]";
        }
    }

    /**
     * What the directory says.
     *
     * @param profiles names offered; empty when it knows none
     * @param caaIdentities what a CAA record must name
     */
    record Terms(
            List<String> profiles,
            boolean hasRenewalInfo,
            boolean needsExternalAccount,
            List<String> caaIdentities) {
        public Terms {
            profiles = List.copyOf(profiles);
            caaIdentities = List.copyOf(caaIdentities);
        }
    }

    /**
     * What is ordered.
     *
     * @param names DNS names, wildcards and addresses
     * @param replaces id of the certificate it takes the place of
     */
    record Request(List<String> names, @Nullable String profile, @Nullable String replaces) {
        public Request {
            names = List.copyOf(names);
        }
    }

    /**
     * An order.
     *
     * @param status as RFC 8555 7.1.6 calls it
     * @param completion URL that takes the request
     * @param certificate URL, once it is valid
     * @param problem of one that is invalid
     * @param retryAfter when to look again
     */
    record Order(
            String url,
            String status,
            List<String> names,
            List<String> authorizations,
            String completion,
            @Nullable String certificate,
            @Nullable String problem,
            @Nullable Instant retryAfter) {
        public Order {
            names = List.copyOf(names);
            authorizations = List.copyOf(authorizations);
        }
    }

    /** What must be proven for one name. */
    record Authorization(
            String identifier,
            boolean isWildcard,
            String status,
            List<Offer> offers,
            @Nullable Instant retryAfter) {
        public Authorization {
            offers = List.copyOf(offers);
        }
    }

    /**
     * One way to prove it.
     *
     * @param problem why it failed
     */
    record Offer(
            String type,
            String url,
            String status,
            String token,
            String authorization,
            @Nullable String problem) {
        @Override
        public String toString() {
            return "Offer[" + type + " " + status + "]";
        }
    }

    /**
     * When a certificate should be renewed.
     *
     * @param explanation URL for people
     * @param retryAfter when to ask again
     */
    record RenewalWindow(
            Instant start,
            Instant end,
            @Nullable String explanation,
            @Nullable Instant retryAfter) {}
}
