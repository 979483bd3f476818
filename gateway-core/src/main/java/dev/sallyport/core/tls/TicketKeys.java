package dev.sallyport.core.tls;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * The keys that seal session tickets: the first seals, all open.
 *
 * <p>A new one every 12 hours and two old ones kept, so that a stolen key opens at most 36 hours of
 * sessions. Turned by a control thread, read by whoever makes a context.
 */
public final class TicketKeys {
    private static final Duration LIFETIME = Duration.ofHours(12);
    private static final int KEPT = 3;

    private final Clock clock;
    private final SecureRandom random;
    private volatile OpenSslSessionTicketKey[] keys;
    private Instant turned;

    public TicketKeys(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
        this.keys = new OpenSslSessionTicketKey[] {newKey(random)};
        this.turned = clock.instant();
    }

    /** The newest first; not to be changed. */
    public OpenSslSessionTicketKey[] current() {
        return keys;
    }

    /** Makes a new key when the newest is old enough; true when it did. */
    public synchronized boolean turnIfDue() {
        var now = clock.instant();
        if (now.isBefore(turned.plus(LIFETIME))) {
            return false;
        }
        var old = keys;
        var next = new OpenSslSessionTicketKey[Math.min(KEPT, old.length + 1)];
        next[0] = newKey(random);
        System.arraycopy(old, 0, next, 1, next.length - 1);
        keys = next;
        turned = now;
        return true;
    }

    /** A key that nobody else has. */
    public static OpenSslSessionTicketKey newKey(SecureRandom random) {
        var bytes = new byte[OpenSslSessionTicketKey.TICKET_KEY_SIZE];
        random.nextBytes(bytes);
        var nameEnd = OpenSslSessionTicketKey.NAME_SIZE;
        var hmacEnd = nameEnd + OpenSslSessionTicketKey.HMAC_KEY_SIZE;
        var key =
                new OpenSslSessionTicketKey(
                        Arrays.copyOfRange(bytes, 0, nameEnd),
                        Arrays.copyOfRange(bytes, nameEnd, hmacEnd),
                        Arrays.copyOfRange(bytes, hmacEnd, bytes.length));
        Arrays.fill(bytes, (byte) 0);
        return key;
    }
}
