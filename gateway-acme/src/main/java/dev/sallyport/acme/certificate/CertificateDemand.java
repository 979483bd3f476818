package dev.sallyport.acme.certificate;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of names that clients ask for and no certificate is there for. Called by event loops:
 * nothing here blocks.
 */
public interface CertificateDemand {
    /**
     * Asks for the certificate of a name, which is obtained elsewhere if it may be.
     *
     * @param name in lower case without a trailing dot
     * @param client who asks; null where that is not known
     * @param then run once, by any thread: it is there now, or will not be; look again
     * @return how to wait; null when it is refused at once, and {@code then} never run
     */
    @Nullable Waiting want(String name, @Nullable InetAddress client, Runnable then);

    /** A certificate of this name was shown to a client. */
    void used(String name);

    /** Whether the certificate of these names is one that a client asked for. */
    boolean isOnDemand(List<String> names);

    /** One handshake that waits. */
    interface Waiting {
        /** How long it waits at most. */
        Duration patience();

        /** It waits no longer; what was begun goes on. */
        void leave();
    }
}
