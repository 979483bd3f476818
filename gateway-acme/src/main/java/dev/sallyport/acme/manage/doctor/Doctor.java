package dev.sallyport.acme.manage.doctor;

import dev.sallyport.acme.challenge.Challenge;
import dev.sallyport.acme.challenge.ChallengeBoard;
import dev.sallyport.acme.challenge.ChallengeSolver;
import dev.sallyport.acme.challenge.ChallengeType;
import dev.sallyport.acme.dns.CaaRecords;
import dev.sallyport.acme.issue.Authority;
import dev.sallyport.acme.issue.CaException;
import dev.sallyport.acme.manage.CertificateDesk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Examines one certificate: storage, authorities, names, records. What this machine sees is not
 * what an authority sees, so nothing here keeps anything from being ordered.
 */
public final class Doctor {
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final int LONGEST_BODY = 1024;

    private final CertificateDesk desk;
    private final List<Map<String, Object>> checks = new ArrayList<>();

    public Doctor(CertificateDesk desk) {
        this.desk = desk;
    }

    /** The checks of one certificate, each with result ok, warning or failed; null for no such. */
    public @Nullable List<Map<String, Object>> examine(String name)
            throws IOException, InterruptedException {
        var found = desk.open(name);
        if (found == null) {
            return null;
        }
        storage(found);
        for (var authority : found.settings().authorities()) {
            authority(authority, found);
        }
        for (var each : found.names()) {
            reach(each, found);
        }
        add(
                "limit",
                found.left() > 0 ? "ok" : "failed",
                found.left() + " more certificates for these names may be ordered this week");
        chain(found.chain());
        return checks;
    }

    private void storage(CertificateDesk.Case found) {
        try {
            found.folder().probe();
            boolean isVolatile = found.folder().isVolatile();
            add(
                    "storage",
                    isVolatile ? "warning" : "ok",
                    found.folder().root()
                            + (isVolatile
                                    ? " does not outlive this container or machine (expected: on a"
                                            + " volume)"
                                    : " can be written"));
        } catch (IOException e) {
            add("storage", "failed", String.valueOf(e.getMessage()));
        }
    }

    private void authority(Authority authority, CertificateDesk.Case found) {
        var what = "authority " + authority.name();
        try {
            var terms = found.opener().connect(authority).terms();
            add(
                    what,
                    "ok",
                    "answers"
                            + (terms.hasRenewalInfo() ? ", suggests when to renew" : "")
                            + (terms.profiles().isEmpty() ? "" : ", profiles " + terms.profiles()));
            for (var identity : terms.caaIdentities()) {
                caa(identity, authority, found.names());
            }
        } catch (CaException e) {
            add(what, "failed", String.valueOf(e.getMessage()));
        }
    }

    /** The records that let this authority issue, and whether those there are keep it from it. */
    private void caa(String identity, Authority authority, List<String> names) {
        for (var name : names) {
            if (isAddress(name)) {
                continue;
            }
            var plain = name.startsWith("*.") ? name.substring(2) : name;
            try {
                var records = CaaRecords.find(plain);
                boolean isAllowed =
                        records.isEmpty()
                                || records.stream().anyMatch(each -> each.contains(identity));
                add(
                        "caa " + name,
                        isAllowed ? "ok" : "failed",
                        isAllowed
                                ? (records.isEmpty()
                                        ? "none, any authority may issue"
                                        : records + "")
                                : records
                                        + " (expected, for "
                                        + authority.name()
                                        + ": "
                                        + plain
                                        + ". CAA 0 "
                                        + (name.startsWith("*.") ? "issuewild" : "issue")
                                        + " \""
                                        + identity
                                        + "\")");
            } catch (IOException e) {
                add("caa " + name, "warning", "cannot be looked up: " + e.getMessage());
            }
        }
    }

    private void reach(String name, CertificateDesk.Case found) throws InterruptedException {
        if (name.startsWith("*.")) {
            add("dns " + name, "ok", "a wildcard is proven by a record");
            return;
        }
        if (!isAddress(name)) {
            try {
                var addresses = InetAddress.getAllByName(name);
                add(
                        "dns " + name,
                        "ok",
                        Arrays.stream(addresses).map(InetAddress::getHostAddress).toList() + "");
            } catch (UnknownHostException e) {
                add("dns " + name, "failed", "no address (expected: one that leads here)");
                return;
            }
        }
        for (var solver : found.settings().solvers()) {
            if (solver.type() == ChallengeType.HTTP_01) {
                fetch(name, solver);
            }
        }
    }

    /** Asks for a file of ours as an authority would. */
    private void fetch(String name, ChallengeSolver solver) throws InterruptedException {
        var token = HexFormat.of().formatHex(new SecureRandom().generateSeed(16));
        var challenge = new Challenge(ChallengeType.HTTP_01, name, token, "doctor-" + token);
        var host = name.indexOf(':') >= 0 ? "[" + name + "]" : name;
        var address = URI.create("http://" + host + ChallengeBoard.PATH + token);
        try (var client = HttpClient.newBuilder().connectTimeout(DEADLINE).build()) {
            solver.present(challenge);
            try {
                var answer =
                        client.send(
                                HttpRequest.newBuilder(address).timeout(DEADLINE).build(),
                                BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST_BODY));
                boolean isOurs = answer.body().equals(challenge.authorization());
                add(
                        "http-01 " + name,
                        isOurs ? "ok" : "failed",
                        isOurs
                                ? "port 80 leads here"
                                : "port 80 leads elsewhere: HTTP "
                                        + answer.statusCode()
                                        + " (expected: this edge)");
            } finally {
                solver.remove(challenge);
            }
        } catch (IOException e) {
            add(
                    "http-01 " + name,
                    "warning",
                    "port 80 cannot be reached from here, an authority may: " + e);
        }
    }

    private void chain(List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            add("served", "warning", "nothing yet");
            return;
        }
        long bytes = 0;
        for (var each : chain) {
            try {
                bytes += each.getEncoded().length;
            } catch (CertificateEncodingException e) {
                add("served", "failed", String.valueOf(e.getMessage()));
                return;
            }
        }
        add("served", "ok", chain.size() + " certificates of " + bytes + " bytes a handshake");
    }

    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0
                || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private void add(String check, String result, String detail) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("check", check);
        entry.put("result", result);
        entry.put("detail", detail);
        checks.add(entry);
    }
}
