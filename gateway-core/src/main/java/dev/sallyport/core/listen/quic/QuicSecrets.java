package dev.sallyport.core.listen.quic;

import dev.sallyport.core.tls.TicketKeys;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of one listener: one for each purpose, so that what one of them makes says nothing about
 * what another makes. Connection ids need none; they are random.
 */
final class QuicSecrets {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final SecretKeySpec resetKey;
    private final SecretKeySpec retryKey;
    private final TicketKeys ticketKeys;
    private final SecureRandom random;

    QuicSecrets(Clock clock, SecureRandom random) {
        this.resetKey = newKey(random);
        this.retryKey = newKey(random);
        this.ticketKeys = new TicketKeys(clock, random);
        this.random = random;
    }

    /** Makes a new ticket key when it is time. Control. */
    void maintain() {
        ticketKeys.turnIfDue();
    }

    /** A code for one loop, by the key of stateless resets (RFC 9000 10.3.2). */
    Mac resetCode() {
        return code(resetKey);
    }

    /** A code for one loop, by the key of retry tokens (RFC 9000 8.1.4). */
    Mac retryCode() {
        return code(retryKey);
    }

    TicketKeys ticketKeys() {
        return ticketKeys;
    }

    SecureRandom random() {
        return random;
    }

    private static SecretKeySpec newKey(SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return new SecretKeySpec(key, ALGORITHM);
    }

    private static Mac code(SecretKeySpec key) {
        try {
            Mac code = Mac.getInstance(ALGORITHM);
            code.init(key);
            return code;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + ": absent (expected: in every JDK)", e);
        }
    }
}
