package dev.sallyport.core.upstream;

import dev.sallyport.core.exchange.ProxyError;
import io.netty.channel.unix.Errors.NativeIoException;
import java.net.BindException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells connections that an endpoint refused from those that this machine could not begin: no port
 * is left to connect from, or no file for a socket. Says so in the log, once a minute whatever the
 * loops. Shared by all of them.
 */
final class Shortage {
    private static final Logger log = LoggerFactory.getLogger(Shortage.class);
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** EMFILE, ENFILE, ENOMEM, ENOBUFS and EADDRNOTAVAIL of Linux, as Netty has them. */
    private static final Set<Integer> LOCAL = Set.of(-24, -23, -12, -105, -99);

    /** An exception of {@code connect} has no number but in its text. */
    private static final String NO_PORT = "error(-99)";

    private static final int MOST_CAUSES = 8;

    private final AtomicLong nextNanos;

    Shortage(long nowNanos) {
        nextNanos = new AtomicLong(nowNanos);
    }

    /** What kept a connection from being made. */
    ProxyError judge(long nowNanos, Endpoint endpoint, @Nullable Throwable cause) {
        return isLocal(cause) ? met(nowNanos, endpoint, cause) : ProxyError.CONNECT_REFUSED;
    }

    /** No socket came to be. */
    ProxyError met(long nowNanos, Endpoint endpoint, @Nullable Throwable cause) {
        long next = nextNanos.get();
        if (nowNanos - next >= 0 && nextNanos.compareAndSet(next, nowNanos + PAUSE_NANOS)) {
            log.error(
                    "no socket left for a connection to an endpoint, told once a minute endpoint={}"
                            + " reason=\"{}\" (expected: ports in net.ipv4.ip_local_port_range,"
                            + " files within LimitNOFILE or ulimit -n)",
                    endpoint,
                    cause == null ? "" : cause.getMessage());
        }
        return ProxyError.NO_SOCKET;
    }

    static boolean isLocal(@Nullable Throwable cause) {
        Throwable each = cause;
        for (int depth = 0; each != null && depth < MOST_CAUSES; depth++) {
            if (each instanceof BindException
                    || (each instanceof NativeIoException known
                            && LOCAL.contains(known.expectedErr()))
                    || String.valueOf(each.getMessage()).contains(NO_PORT)) {
                return true;
            }
            each = each.getCause();
        }
        return false;
    }
}
