package dev.sallyport.acme.dns;

import dev.sallyport.acme.challenge.Challenge;
import dev.sallyport.acme.challenge.ChallengeSolver;
import dev.sallyport.acme.challenge.ChallengeType;
import dev.sallyport.config.model.Acme;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * dns-01 (RFC 8555 8.4): a record under {@code _acme-challenge}, or where a CNAME leads from there,
 * so that the edge need hold no key to the zone itself.
 */
public final class DnsSolver implements ChallengeSolver {
    static final String PREFIX = "_acme-challenge.";

    private static final Logger log = LoggerFactory.getLogger(DnsSolver.class);

    private final DnsProvider provider;
    private final DnsLookups lookups;
    private final Duration propagation;
    private final ConcurrentHashMap<Challenge, DnsProvider.TxtRecord> shown =
            new ConcurrentHashMap<>();

    private DnsSolver(DnsProvider provider, DnsLookups lookups, Duration propagation) {
        this.provider = provider;
        this.lookups = lookups;
        this.propagation = propagation;
    }

    /** A solver as configured; nothing is asked yet. */
    public static DnsSolver create(Acme.DnsProof settings) {
        var lookups = new DnsLookups(settings.resolvers());
        var provider =
                switch (settings.provider()) {
                    case Acme.DnsProof.Rfc2136 each -> new Rfc2136Provider(each, settings.ttl());
                    case Acme.DnsProof.HttpReq each -> new HttpReqProvider(each);
                    case Acme.DnsProof.Exec each -> new ExecProvider(each);
                    case Acme.DnsProof.Cloudflare each ->
                            new CloudflareProvider(each, settings.ttl());
                    case Acme.DnsProof.AcmeDnsServer each -> new AcmeDnsProvider(each);
                };
        return new DnsSolver(provider, lookups, settings.propagationTimeout());
    }

    @Override
    public ChallengeType type() {
        return ChallengeType.DNS_01;
    }

    @Override
    public void present(Challenge challenge) throws IOException, InterruptedException {
        var name = PREFIX + challenge.identifier() + ".";
        var record = new DnsProvider.TxtRecord(name, lookups.follow(name), value(challenge));
        shown.put(challenge, record);
        provider.present(record);
        // Advice, not a gate: what this machine sees is not what the authority sees.
        if (!lookups.awaitSeen(record.target(), record.value(), propagation)) {
            log.warn(
                    "challenge record not seen by every server of the zone name={} after={}",
                    record.target(),
                    propagation);
        }
    }

    @Override
    public void remove(Challenge challenge) throws IOException, InterruptedException {
        var record = shown.remove(challenge);
        if (record != null) {
            provider.remove(record);
        }
    }

    private static String value(Challenge challenge) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            digest.digest(
                                    challenge.authorization().getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IOException("SHA-256: absent (expected: in every JDK)", e);
        }
    }
}
