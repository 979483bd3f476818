package dev.sallyport.acme.challenge;

import dev.sallyport.acme.certificate.ChallengeCertificate;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.ConcurrentHashMap;

/**
 * tls-alpn-01 (RFC 8737): a certificate shown to those alone who offer {@code acme-tls/1} and
 * nothing else.
 */
public final class TlsAlpnSolver implements ChallengeSolver {
    private final ChallengeBoard board;
    private final Clock clock;
    private final SecureRandom random;
    private final ConcurrentHashMap<Challenge, KeyMaterial> shown = new ConcurrentHashMap<>();

    public TlsAlpnSolver(ChallengeBoard board, Clock clock, SecureRandom random) {
        this.board = board;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public ChallengeType type() {
        return ChallengeType.TLS_ALPN_01;
    }

    @Override
    public void present(Challenge challenge) throws IOException {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(challenge.authorization().getBytes(StandardCharsets.US_ASCII));
            var material =
                    ChallengeCertificate.create(challenge.identifier(), digest, clock, random);
            shown.put(challenge, material);
            board.putCertificate(serverName(challenge.identifier()), material);
        } catch (GeneralSecurityException | UnusableCertificateException e) {
            throw new IOException("no certificate for the challenge: " + e.getMessage(), e);
        }
    }

    @Override
    public void remove(Challenge challenge) {
        var material = shown.remove(challenge);
        if (material != null) {
            board.removeCertificate(serverName(challenge.identifier()), material);
        }
    }

    /** RFC 8738 6: an address is asked for by its reverse name. */
    static String serverName(String identifier) {
        boolean isAddress =
                identifier.indexOf(':') >= 0
                        || identifier.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        if (!isAddress) {
            return identifier;
        }
        var address = InetAddress.ofLiteral(identifier);
        var name = new StringBuilder();
        var bytes = address.getAddress();
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (address instanceof Inet6Address) {
                name.append(Integer.toHexString(bytes[i] & 0xf)).append('.');
                name.append(Integer.toHexString((bytes[i] >> 4) & 0xf)).append('.');
            } else {
                name.append(bytes[i] & 0xff).append('.');
            }
        }
        return name + (address instanceof Inet6Address ? "ip6.arpa" : "in-addr.arpa");
    }
}
