package dev.sallyport.core.upstream.care;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** Asks for the addresses of a name, without remembering anything. */
interface Lookup {
    /** Asks once; waits for as long as the servers may take. */
    Answer ask(String name, Family family) throws InterruptedException;

    /** The two kinds of addresses a name can have; each is asked for by itself. */
    enum Family {
        V4,
        V6
    }

    /** What came of asking. */
    sealed interface Answer {
        /** How long it holds, as the answer itself says. */
        Duration ttl();
    }

    /** The addresses, in no particular order and not yet judged. */
    record Found(List<InetAddress> addresses, Duration ttl) implements Answer {
        public Found {
            addresses = List.copyOf(addresses);
        }
    }

    /** There is no such name, or it has no address of this family: an answer too. */
    record Missing(String reason, Duration ttl) implements Answer {}

    /** Nobody answered, or nobody would. */
    record Failed(String reason) implements Answer {
        @Override
        public Duration ttl() {
            return Duration.ZERO;
        }
    }
}
