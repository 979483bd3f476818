package dev.sallyport.acme.issue;

import java.io.IOException;
import java.security.KeyPair;
import org.jspecify.annotations.Nullable;

/** What is written down while a certificate is ordered, before the step that makes it matter. */
public interface OrderJournal {
    /** The account at the authority; its URL is absent when it has to be opened. */
    KeyPair accountKey() throws IOException;

    @Nullable String accountUrl() throws IOException;

    /** Keeps where the account is; null forgets it, for the authority does not know it any more. */
    void account(@Nullable String url) throws IOException;

    /** The key of the certificate that is ordered. */
    KeyPair key() throws IOException;

    /** An order of this account that was begun earlier; null when there is none. */
    @Nullable String order(String accountUrl) throws IOException;

    /** An order was made. */
    void ordered(String url, String accountUrl) throws IOException;

    /** The order is about to be finalized: from now on there may be a certificate. */
    void finalizing() throws IOException, CaException;

    /** Nothing was issued for the order. */
    void failed() throws IOException;

    /** What was issued for the order is not for our key: neither is of any use. */
    void abandoned() throws IOException;
}
