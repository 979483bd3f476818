package dev.sallyport.config.model;

import dev.sallyport.config.model.certificate.OnDemand;
import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.MustExist;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.setting.OneOf;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.config.model.value.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Certificates the edge obtains and renews by itself (RFC 8555). */
public record Acme(
        @Doc(
                        "Where an authority may write to about the account. Optional: the alarm"
                                + " before a certificate ends is ours.")
                @Example("ops@example.com")
                @Nullable String email,
        @Doc(
                        "Certificate authorities in order of preference: letsencrypt,"
                                + " letsencrypt-staging, zerossl, google, google-staging, sslcom or"
                                + " actalis by name alone, others with their directory. When one"
                                + " cannot, the next is asked. Listing one agrees to its terms of"
                                + " service.")
                @Default("{letsencrypt: {}}")
                List<Authority> authorities,
        @Doc(
                        "How names are proven, the preferred first; the next is taken when one"
                                + " fails. Wildcards are always proven by DNS.")
                @Default("[http-01, tls-alpn-01]")
                List<Challenge> challenges,
        @Doc(
                        "How records are set for dns-01. Absent: no wildcards, unless challenges has"
                                + " dns-persist-01.")
                @Nullable DnsProof dns,
        @Doc("Kind of the keys of certificates.") @Default("p256") KeyType keyType,
        @Doc(
                        "Order from a public authority even though storage does not outlive the"
                                + " process or container. Each start orders anew then, which soon meets"
                                + " the authority's limits.")
                @Default("false")
                boolean volatileStorage,
        @Doc(
                        "Certificates for names of routes that are not known beforehand, obtained when"
                                + " the first client asks for one. Absent: none.")
                @Nullable OnDemand onDemand) {
    private static final int LONGEST_EMAIL = 254;

    public Acme {
        authorities = List.copyOf(authorities);
        challenges = List.copyOf(challenges);
        if (authorities.isEmpty()) {
            throw new IllegalArgumentException("authorities: none (expected: at least one)");
        }
        if (challenges.isEmpty()) {
            throw new IllegalArgumentException("challenges: none (expected: at least one)");
        }
        if (email != null
                && (!email.matches("[^@\\s,?<>]+@[^@\\s,?<>]+")
                        || email.length() > LONGEST_EMAIL)) {
            throw new InvalidValue(email, "one e-mail address");
        }
    }

    /** A kind of challenge. */
    public enum Challenge {
        @Named("http-01")
        @Doc("A file under /.well-known/acme-challenge/ on port 80.")
        HTTP_01,
        @Named("tls-alpn-01")
        @Doc("A certificate of its own on port 443.")
        TLS_ALPN_01,
        @Named("dns-01")
        @Doc("A record in DNS, set and taken away for each order: see dns.")
        DNS_01,
        @Named("dns-persist-01")
        @Doc(
                "A record in DNS that you publish once, and that stays; for authorities that offer"
                        + " it. What it has to say is told by certs show.")
        DNS_PERSIST_01;

        /** Whether a record proves it: of a wildcard too, and never of an address. */
        public boolean isOfDns() {
            return this == DNS_01 || this == DNS_PERSIST_01;
        }
    }

    /** The kind of a key. */
    public enum KeyType {
        P256,
        P384,
        RSA2048,
        RSA4096
    }

    /** One certificate authority. */
    public record Authority(
            @Key String name,
            @Doc("Its directory, an https address. Absent: the known one of that name.")
                    @Example("https://acme.internal.example/directory")
                    @Shorthand
                    @Nullable URI directory,
            @Doc("Profile of the certificates, as the authority names them.") @Example("shortlived")
                    @Nullable String profile,
            @Doc("Binds the account to one you have there, where the authority wants it.")
                    @Nullable ExternalAccount externalAccount,
            @Doc(
                            "PEM file of the authorities to trust for its directory, in place of the"
                                    + " system's.")
                    @Example("root.pem")
                    @MustExist
                    @Nullable Path caFile,
            @Doc(
                            "Common name of the topmost issuer of the chain to take, where several are"
                                    + " offered.")
                    @Example("ISRG Root X1")
                    @Nullable String preferredChain) {
        private static final Map<String, String> KNOWN =
                Map.of(
                        "letsencrypt", "https://acme-v02.api.letsencrypt.org/directory",
                        "letsencrypt-staging",
                                "https://acme-staging-v02.api.letsencrypt.org/directory",
                        "zerossl", "https://acme.zerossl.com/v2/DV90",
                        "google", "https://dv.acme-v02.api.pki.goog/directory",
                        "google-staging", "https://dv.acme-v02.test-api.pki.goog/directory",
                        "sslcom", "https://acme.ssl.com/sslcom-dv-ecc",
                        "actalis", "https://acme-api.actalis.com/acme/directory");

        public Authority {
            if (directory == null && !KNOWN.containsKey(name)) {
                throw new IllegalArgumentException(
                        "no directory (expected: an https address, or one of the known names "
                                + String.join(", ", KNOWN.keySet().stream().sorted().toList())
                                + ")");
            }
            if (directory != null
                    && (!"https".equals(directory.getScheme()) || directory.getHost() == null)) {
                throw new InvalidValue(directory.toString(), "an https address");
            }
        }

        /** The directory that is asked. */
        public URI location() {
            return directory != null
                    ? directory
                    : URI.create(Objects.requireNonNull(KNOWN.get(name), name));
        }

        /** Whether orders there count against limits that last for days. */
        public boolean isProduction() {
            var location = location().toString();
            return KNOWN.containsValue(location)
                    && !location.contains("staging")
                    && !location.contains("test-api");
        }
    }

    /** An account at an authority that exists outside of ACME (RFC 8555 7.3.4). */
    public record ExternalAccount(
            @Doc("Identifier of the key, from the authority.") @Example("kid-1") String keyId,
            @Doc("The key itself in base64url form.") @Example("{env: EAB_MAC_KEY}")
                    Secret macKey) {}

    /** How records of dns-01 are set, and when they are taken to be seen. */
    public record DnsProof(
            @OneOf Provider provider,
            @Doc(
                            "Servers asked for CNAMEs and zones, with a port unless it is 53; empty: the"
                                    + " system's.")
                    @Example("[9.9.9.9]")
                    List<Dns.Server> resolvers,
            @Doc(
                            "How long at most to wait until every server of the zone has the record."
                                    + " After it the authority is asked all the same.")
                    @Default("2m")
                    @Range(min = "0s", max = "1h")
                    Duration propagationTimeout,
            @Doc("Time to live of the record.") @Default("1m") @Range(min = "1s", max = "1d")
                    Duration ttl) {
        public DnsProof {
            resolvers = List.copyOf(resolvers);
        }

        /** Who sets records. */
        public sealed interface Provider {}

        /** A name server that takes updates. */
        @Named("rfc2136")
        @Doc("Updates by DNS itself (RFC 2136), as BIND, Knot, PowerDNS and Windows take them.")
        public record Rfc2136(
                @Doc("The server that takes updates.") @Example("192.0.2.53") Dns.Server server,
                @Doc("Name of the key that signs updates (TSIG). Absent: they are not signed.")
                        @Example("sallyport-key")
                        @Nullable String keyName,
                @Doc("The key itself in base64 form.") @Example("{file: /run/secrets/tsig}")
                        @Nullable Secret key,
                @Doc("Algorithm of the signature.") @Default("hmac-sha256") Algorithm algorithm)
                implements Provider {
            public Rfc2136 {
                if ((keyName == null) != (key == null)) {
                    throw new IllegalArgumentException(
                            (key == null ? "key-name" : "key")
                                    + " alone (expected: key-name and key)");
                }
            }
        }

        /** Algorithms of TSIG that are not broken. */
        public enum Algorithm {
            HMAC_SHA256,
            HMAC_SHA384,
            HMAC_SHA512
        }

        /** A service of one's own. */
        @Named("httpreq")
        @Doc(
                "POST /present and /cleanup with {fqdn, value} to a service of your own, as lego does.")
        public record HttpReq(
                @Doc("Address of the service.") @Example("https://dns.internal/acme") @Shorthand
                        URI endpoint,
                @Doc("User of basic authentication.") @Example("sallyport")
                        @Nullable String username,
                @Doc("Password of basic authentication.") @Example("{env: HTTPREQ_PASSWORD}")
                        @Nullable Secret password)
                implements Provider {
            public HttpReq {
                requireWeb(endpoint);
                if ((username == null) != (password == null)) {
                    throw new IllegalArgumentException(
                            (password == null ? "username" : "password")
                                    + " alone (expected: username and password)");
                }
            }
        }

        /** A program of one's own. */
        @Named("exec")
        @Doc("Runs PROGRAM present|cleanup FQDN VALUE, as lego does; without a shell.")
        public record Exec(
                @Doc("The program.") @Example("/usr/local/bin/dns-hook") @MustExist @Shorthand
                        Path program,
                @Doc("Variables it gets, beside PATH; nothing else is handed on.")
                        @Example("{TOKEN: {env: DNS_TOKEN}}")
                        Map<String, Secret> environment,
                @Doc("How long it may run.") @Default("1m") @Range(min = "1s", max = "1h")
                        Duration timeout)
                implements Provider {
            public Exec {
                environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
            }
        }

        /** Cloudflare. */
        @Named("cloudflare")
        @Doc("Cloudflare's API, with a token that may edit DNS of the zone.")
        public record Cloudflare(
                @Doc("Token with Zone.DNS edit, for the one zone.")
                        @Example("{env: CLOUDFLARE_API_TOKEN}")
                        Secret apiToken,
                @Doc("Address of the API.") @Default("https://api.cloudflare.com/client/v4")
                        URI endpoint)
                implements Provider {
            public Cloudflare {
                requireWeb(endpoint);
            }
        }

        /** A server for challenges alone. */
        @Named("acme-dns")
        @Doc("A server of acme-dns, to which _acme-challenge of each name is a CNAME.")
        public record AcmeDnsServer(
                @Doc("Address of its API.") @Example("https://auth.acme-dns.io") URI endpoint,
                @Doc(
                                "JSON file of accounts by domain, as lego and certbot keep it: username,"
                                        + " password, subdomain.")
                        @Example("/etc/sallyport/acme-dns.json")
                        @MustExist
                        Path accounts)
                implements Provider {
            public AcmeDnsServer {
                requireWeb(endpoint);
            }
        }

        private static void requireWeb(URI endpoint) {
            var scheme = endpoint.getScheme();
            if (!("http".equals(scheme) || "https".equals(scheme)) || endpoint.getHost() == null) {
                throw new InvalidValue(endpoint.toString(), "an http or https address");
            }
        }
    }
}
