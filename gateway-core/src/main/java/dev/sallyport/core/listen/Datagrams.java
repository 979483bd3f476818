package dev.sallyport.core.listen;

import dev.sallyport.core.observe.reason.Rejection;
import dev.sallyport.core.tls.ServerTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What serves the address of a TLS listener over UDP. Control thread. */
public interface Datagrams {
    /** Stops taking new connections; those there are go on. */
    void refuse();

    /** Refuses, and closes the sockets when the last connection is over, or {@code patience} is. */
    void retire(Duration patience);

    /** Renews what grows old; now and then. */
    void maintain();

    /** Closes the sockets, and with them what connections are left. Blocks until that is done. */
    void close();

    /**
     * What new connections are served by.
     *
     * @param listener the name of the listener
     * @param metric the index of its counters
     * @param hsts value of {@code Strict-Transport-Security}; null for none
     * @param idle how long a connection may be silent
     * @param takesEarlyData whether safe requests may come with the hello of a resumed session
     */
    record Terms(
            String listener,
            int metric,
            ServerTls tls,
            byte @Nullable [] hsts,
            boolean takesEarlyData,
            Duration idle) {}

    /** Counts connections of clients, over all loops. */
    interface Places {
        /**
         * Takes a place for a connection of {@code client}; null when it may stay, else why not.
         */
        @Nullable Rejection admit(long client);

        /** Gives the place back. */
        void leave(long client);
    }

    /** Binds. */
    interface Maker {
        /**
         * Begins to serve {@code address}.
         *
         * @throws IOException when it cannot be bound
         */
        Datagrams bind(InetSocketAddress address, Supplier<Terms> terms, Places places)
                throws IOException;
    }
}
