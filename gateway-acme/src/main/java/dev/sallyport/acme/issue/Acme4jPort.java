package dev.sallyport.acme.issue;

import dev.sallyport.acme.challenge.PersistentRecord;
import dev.sallyport.acme.json.Json;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.toolbox.JSONBuilder;
import org.shredzone.acme4j.toolbox.JoseUtils;

/**
 * The port over acme4j: its session, nonces, signatures and accounts. Objects are read as the JSON
 * they are, and nothing is left to its pollers.
 */
final class Acme4jPort implements AcmePort {
    private final Authority authority;
    private final BoundedProvider provider;
    private final Session session;

    Acme4jPort(Authority authority, BoundedProvider provider) {
        this.authority = authority;
        this.provider = provider;
        this.session = new Session(authority.directory(), provider);
        session.networkSettings().setCompressionEnabled(false);
    }

    /** One request and what is made of its answer. */
    private interface Step<T> {
        T run(Connection connection) throws AcmeException;
    }

    private <T> T ask(String what, Step<T> step) throws CaException {
        try (var connection = session.connect()) {
            return step.run(connection);
        } catch (AcmeServerException e) {
            if (Failures.isUnknownAddress(e)) {
                provider.forgetDirectory();
            }
            throw Failures.of(what, e);
        } catch (AcmeException | RuntimeException e) {
            // Ordinary conditions come as unchecked exceptions here.
            throw Failures.of(what, e);
        }
    }

    @Override
    public Terms terms() throws CaException {
        return ask(
                "directory",
                _ -> {
                    var meta = session.getMetadata();
                    return new Terms(
                            meta.isProfileAllowed() ? List.copyOf(meta.getProfiles()) : List.of(),
                            session.resourceUrlOptional(Resource.RENEWAL_INFO).isPresent(),
                            meta.isExternalAccountRequired(),
                            List.copyOf(meta.getCaaIdentities()));
                });
    }

    @Override
    public String openAccount(KeyPair key) throws CaException {
        var external = authority.externalAccount();
        if (external == null && terms().needsExternalAccount()) {
            throw new CaException(
                    CaException.Kind.HUMAN,
                    "account: "
                            + authority.name()
                            + " wants an account of its own (expected: external-account with key-id"
                            + " and mac-key)");
        }
        try {
            return newAccount(key, external);
        } catch (CaException e) {
            // Of an account that is not there yet, these can only mean what is to bind it.
            if (external != null
                    && (e.kind() == CaException.Kind.VALIDATION
                            || e.kind() == CaException.Kind.ORDER)) {
                throw new CaException(
                        CaException.Kind.HUMAN,
                        e.getMessage()
                                + ": "
                                + authority.name()
                                + " does not take external-account with key-id "
                                + external.keyId()
                                + " (expected: the key-id and mac-key that "
                                + authority.name()
                                + " gave for it)",
                        null,
                        e);
            }
            throw e;
        }
    }

    private String newAccount(KeyPair key, Authority.@Nullable ExternalAccount external)
            throws CaException {
        return ask(
                "account",
                _ -> {
                    var builder = new AccountBuilder().useKeyPair(key).agreeToTermsOfService();
                    var email = authority.email();
                    if (email != null) {
                        builder.addEmail(email);
                    }
                    if (external != null) {
                        builder.withKeyIdentifier(external.keyId(), external.macKey());
                    }
                    return builder.createLogin(session).getAccount().getLocation().toString();
                });
    }

    @Override
    public Order newOrder(Account account, Request request) throws CaException {
        return ask(
                "order",
                connection -> {
                    var claims = new JSONBuilder();
                    claims.array(
                            "identifiers",
                            request.names().stream().map(Acme4jPort::identifier).toList());
                    if (request.profile() != null) {
                        claims.put("profile", request.profile());
                    }
                    if (request.replaces() != null) {
                        claims.put("replaces", request.replaces());
                    }
                    connection.sendSignedRequest(
                            session.resourceUrl(Resource.NEW_ORDER), claims, login(account));
                    return order(connection, connection.getLocation().toString());
                });
    }

    private static Map<String, Object> identifier(String name) {
        boolean isAddress =
                name.indexOf(':') >= 0
                        || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        return (isAddress ? Identifier.ip(name) : Identifier.dns(name)).toMap();
    }

    @Override
    public Order order(Account account, String url) throws CaException {
        return ask(
                "order",
                connection -> {
                    connection.sendSignedPostAsGetRequest(url(url), login(account));
                    return order(connection, url);
                });
    }

    private static Order order(Connection connection, String url) throws AcmeException {
        var json = map(connection);
        var names = new ArrayList<String>();
        for (var identifier : Json.objects(json, "identifiers")) {
            names.add(String.valueOf(Json.text(identifier, "value")));
        }
        var problem = Json.object(json, "error");
        return new Order(
                url,
                require(json, "status"),
                names,
                Json.texts(json, "authorizations"),
                require(json, "finalize"),
                Json.text(json, "certificate"),
                problem.isEmpty() ? null : Failures.text(problem),
                connection.getRetryAfter().orElse(null));
    }

    @Override
    public Authorization authorization(Account account, String url) throws CaException {
        return ask(
                "authorization",
                connection -> {
                    connection.sendSignedPostAsGetRequest(url(url), login(account));
                    var json = map(connection);
                    var thumbprint =
                            org.shredzone.acme4j.toolbox.AcmeUtils.base64UrlEncode(
                                    JoseUtils.thumbprint(account.key().getPublic()));
                    boolean isWildcard = Boolean.TRUE.equals(json.get("wildcard"));
                    var offers = new ArrayList<Offer>();
                    for (var each : Json.objects(json, "challenges")) {
                        offers.add(offer(each, thumbprint, account, isWildcard));
                    }
                    return new Authorization(
                            require(Json.object(json, "identifier"), "value"),
                            isWildcard,
                            require(json, "status"),
                            offers,
                            connection.getRetryAfter().orElse(null));
                });
    }

    private static Offer offer(
            Map<String, @Nullable Object> json,
            String thumbprint,
            Account account,
            boolean isWildcard) {
        var token = Json.text(json, "token");
        var issuers = Json.texts(json, "issuer-domain-names");
        var problem = Json.object(json, "error");
        return new Offer(
                require(json, "type"),
                require(json, "url"),
                require(json, "status"),
                token == null ? "" : token,
                issuers.isEmpty()
                        ? token + "." + thumbprint
                        : PersistentRecord.text(issuers.getFirst(), account.url(), isWildcard),
                problem.isEmpty() ? null : Failures.text(problem));
    }

    @Override
    public void trigger(Account account, String challenge) throws CaException {
        ask(
                "challenge",
                connection ->
                        connection.sendSignedRequest(
                                url(challenge), new JSONBuilder(), login(account)));
    }

    @Override
    public Order complete(Account account, Order order, byte[] request) throws CaException {
        return ask(
                "finalize",
                connection -> {
                    var claims = new JSONBuilder().putBase64("csr", request);
                    connection.sendSignedRequest(url(order.completion()), claims, login(account));
                    return order(connection, order.url());
                });
    }

    @Override
    public List<List<X509Certificate>> chains(
            Account account, String certificate, boolean withAlternates) throws CaException {
        var chains = new ArrayList<List<X509Certificate>>();
        var alternates = new ArrayList<String>();
        chains.add(
                ask(
                        "certificate",
                        connection -> {
                            connection.sendCertificateRequest(url(certificate), login(account));
                            connection
                                    .getLinks("alternate")
                                    .forEach(link -> alternates.add(link.toString()));
                            return connection.readCertificates();
                        }));
        for (var alternate : withAlternates ? alternates : List.<String>of()) {
            chains.add(
                    ask(
                            "certificate",
                            connection -> {
                                connection.sendCertificateRequest(url(alternate), login(account));
                                return connection.readCertificates();
                            }));
        }
        return chains;
    }

    @Override
    public void revoke(
            @Nullable Account account, KeyPair certificateKey, X509Certificate leaf, int reason)
            throws CaException {
        ask(
                "revocation",
                connection -> {
                    var claims = new JSONBuilder();
                    try {
                        claims.putBase64("certificate", leaf.getEncoded());
                    } catch (CertificateEncodingException e) {
                        throw new AcmeException("certificate cannot be encoded", e);
                    }
                    claims.put("reason", reason);
                    var address = session.resourceUrl(Resource.REVOKE_CERT);
                    return account != null
                            ? connection.sendSignedRequest(address, claims, login(account))
                            : connection.sendSignedRequest(
                                    address, claims, session, certificateKey);
                });
    }

    @Override
    public RenewalWindow renewalInfo(String renewalId) throws CaException {
        return ask(
                "renewal information",
                connection -> {
                    var base = session.resourceUrl(Resource.RENEWAL_INFO).toString();
                    connection.sendRequest(
                            url(base + (base.endsWith("/") ? "" : "/") + renewalId), session, null);
                    var json = map(connection);
                    var window = Json.object(json, "suggestedWindow");
                    return new RenewalWindow(
                            instant(require(window, "start")),
                            instant(require(window, "end")),
                            Json.text(json, "explanationURL"),
                            connection.getRetryAfter().orElse(null));
                });
    }

    private Login login(Account account) {
        return session.login(url(account.url()), account.key());
    }

    private static Map<String, @Nullable Object> map(Connection connection) throws AcmeException {
        return new LinkedHashMap<>(connection.readJsonResponse().toMap());
    }

    private static String require(Map<String, @Nullable Object> json, String key) {
        var text = Json.text(json, key);
        if (text == null) {
            throw new IllegalArgumentException(key + ": absent in the answer (expected: a text)");
        }
        return text;
    }

    private static Instant instant(String text) {
        try {
            return java.time.OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: a time)", e);
        }
    }

    private static URL url(String text) {
        try {
            var uri = URI.create(text);
            if (!"https".equals(uri.getScheme())) {
                throw new IllegalArgumentException(text + " (expected: an https address)");
            }
            return uri.toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(text + " (expected: an https address)", e);
        }
    }
}
