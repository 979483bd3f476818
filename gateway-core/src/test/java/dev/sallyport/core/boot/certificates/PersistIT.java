package dev.sallyport.core.boot.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.boot.certificates.FaultProxy.Forward;
import dev.sallyport.core.boot.certificates.FaultProxy.Reply;
import dev.sallyport.core.boot.certificates.FaultProxy.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/**
 * A record that is published once. Pebble 2.4 does not offer this: in front of it stands what
 * offers it and looks for the record in a real DNS; where that says so, it lets Pebble see the
 * proof that it knows.
 */
@Isolated("starts real programs and waits for them")
@Timeout(240)
final class PersistIT {
    private static final Pattern PROOF =
            Pattern.compile(
                    "\\{[^{}]*\"type\": *\"dns-01\"[^{}]*\"url\": *\"([^\"]+)\"[^{}]*"
                            + "\"token\": *\"([^\"]+)\"[^{}]*\\}");
    private static final Pattern NAME = Pattern.compile("\"value\": *\"([^\"]+)\"");
    private static final Pattern KEY = Pattern.compile("\"(crv|x|y)\": *\"([^\"]+)\"");
    private static final String ISSUER = "pebble.test";

    @TempDir private Path folder;
    private Pebble pebble;
    private FaultProxy proxy;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final Map<String, String> names = new ConcurrentHashMap<>();
    private volatile String thumbprint = "";
    private volatile String account = "";

    @BeforeEach
    void start() throws Exception {
        pebble = Pebble.start(folder.resolve("pebble"));
        proxy = FaultProxy.start(pebble);
        proxy.fault(this::answer);
    }

    @AfterEach
    void stop() {
        proxy.close();
        pebble.close();
    }

    private Reply answer(Request request, Forward forward) throws IOException {
        if (request.path().startsWith("/chalZ/")) {
            validate(request.path());
        }
        Reply reply = forward.run();
        if (request.path().equals("/sign-me-up")) {
            account = Objects.requireNonNull(reply.fields().get("location"));
            thumbprint = thumbprint(request);
        }
        return request.path().startsWith("/authZ/") ? offering(reply) : reply;
    }

    /** The authorization with one challenge, that of Pebble's dns-01 by another name. */
    private Reply offering(Reply reply) {
        String text = new String(reply.body(), UTF_8);
        Matcher proof = PROOF.matcher(text);
        Matcher name = NAME.matcher(text);
        if (!proof.find() || !name.find()) {
            return reply;
        }
        String path = proof.group(1).substring(proof.group(1).indexOf("/chalZ/"));
        tokens.put(path, proof.group(2));
        names.put(path, name.group(1));
        String offer =
                proof.group()
                        .replaceAll("\"dns-01\"", "\"dns-persist-01\"")
                        .replaceFirst(
                                "\"token\": *\"[^\"]+\"",
                                "\"issuer-domain-names\": [\"" + ISSUER + "\"]");
        String body =
                text.replaceFirst(
                        "(?s)\"challenges\": *\\[.*?\\n?\\s*\\](?=,|\\s*\\})",
                        Matcher.quoteReplacement("\"challenges\": [" + offer + "]"));
        return new Reply(reply.status(), reply.fields(), body.getBytes(UTF_8));
    }

    private void validate(String path) throws IOException {
        String name = Objects.requireNonNull(names.get(path));
        String wanted = ISSUER + "; accounturi=" + account;
        if (!published("_validation-persist." + name + ".").contains(wanted)) {
            return;
        }
        try {
            pebble.dns(
                    "set-txt",
                    """
                    {"host": "_acme-challenge.%s.", "value": "%s"}\
                    """
                            .formatted(name, digest(tokens.get(path) + "." + thumbprint)));
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private String published(String name) throws IOException {
        Lookup lookup = new Lookup(name, Type.TXT);
        SimpleResolver resolver = new SimpleResolver("127.0.0.1");
        resolver.setPort(pebble.dnsPort());
        lookup.setResolver(resolver);
        lookup.setCache(null);
        StringBuilder texts = new StringBuilder();
        Record[] found = lookup.run();
        for (Record each : found == null ? new Record[0] : found) {
            texts.append(String.join("", ((TXTRecord) each).getStrings())).append('\n');
        }
        return texts.toString();
    }

    /** Of the account's key (RFC 7638). */
    private static String thumbprint(Request request) throws IOException {
        String body = new String(request.body(), UTF_8);
        Matcher head = Pattern.compile("\"protected\": *\"([^\"]+)\"").matcher(body);
        if (!head.find()) {
            throw new IOException("no protected header");
        }
        String header = new String(Base64.getUrlDecoder().decode(head.group(1)), UTF_8);
        Matcher part = KEY.matcher(header);
        Map<String, String> parts = new HashMap<>();
        while (part.find()) {
            parts.put(part.group(1), part.group(2));
        }
        return digest(
                "{\"crv\":\"%s\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}"
                        .formatted(parts.get("crv"), parts.get("x"), parts.get("y")));
    }

    private static String digest(String text) throws IOException {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    @Test
    void obtainsAWildcardOnceTheRecordThatItTellsIsThere() throws Exception {
        try (TestEdge edge =
                TestEdge.start(
                        folder,
                        pebble,
                        """
                        acme:
                          authorities: {pebble: {directory: "%s", ca-file: "%s"}}
                          challenges: [dns-persist-01]
                        dns: {servers: ["127.0.0.1:%d"]}
                        certificates: {wild: {acme: "*.shop.example.com"}}
                        routes: {any: {host: "*.shop.example.com", respond: 200}}
                        """
                                .formatted(proxy.directory(), pebble.caFile, pebble.dnsPort()))) {
            String wanted =
                    "_validation-persist.shop.example.com. TXT \\\"" + ISSUER + "; accounturi=";
            pebble.await("told", () -> shown(edge).contains(wanted));
            assertThat(shown(edge)).contains(account + "; policy=wildcard");
            assertThat(pebble.certificates()).isZero();

            pebble.dns(
                    "set-txt",
                    """
                    {"host": "_validation-persist.shop.example.com.",
                     "value": "%s; accounturi=%s; policy=wildcard"}\
                    """
                            .formatted(ISSUER, account));
            edge.post("/certs/renew?name=*.shop.example.com");
            pebble.await("served", () -> ObtainIT.isServed(pebble, "a.shop.example.com"));
        }
    }

    private static String shown(TestEdge edge) {
        return edge.get("/certs/show?name=*.shop.example.com");
    }
}
