package dev.sallyport.core.upstream.care;

import dev.sallyport.config.model.Dns;
import dev.sallyport.config.patience.Sleeper;
import dev.sallyport.core.loop.Loops;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What the care of all upstreams shares.
 *
 * @param unixAddress the address of a unix socket in the form the loops take
 * @param sleeper how a loop waits for its next turn
 * @param jitter safe for many threads
 */
public record CareTools(
        Names names,
        Function<Path, SocketAddress> unixAddress,
        Sleeper sleeper,
        RandomGenerator jitter) {

    /** The tools of a running edge. */
    public static CareTools of(Loops loops, Dns settings) {
        return new CareTools(
                new Names(DnsLookup.ofThisMachine(settings), settings, System::nanoTime),
                loops::unixAddress,
                Thread::sleep,
                new SecureRandom());
    }
}
