package dev.sallyport.acme.manage;

import dev.sallyport.acme.issue.AcmePort;
import dev.sallyport.acme.issue.Authority;
import dev.sallyport.acme.issue.CaException;
import dev.sallyport.acme.manage.plan.CertificateState;
import dev.sallyport.acme.manage.plan.Fuse;
import dev.sallyport.acme.manage.plan.RenewalPlanner;
import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.acme.storage.History;
import java.io.IOException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What people ask about certificates that are obtained, and what they want done. */
public final class CertificateDesk {
    private static final int KEY_COMPROMISE = 1;

    private final AcmeCertificates certificates;

    public CertificateDesk(AcmeCertificates certificates) {
        this.certificates = certificates;
    }

    /** All of them, as trees. */
    public List<Map<String, Object>> list() {
        synchronized (certificates) {
            var list = new ArrayList<Map<String, Object>>();
            for (var each : certificates.managed().values()) {
                list.add(tree(each));
            }
            return list;
        }
    }

    /** Whether this process orders; another one on the same folder does otherwise. */
    public boolean isOwner() {
        synchronized (certificates) {
            return certificates.isOwner();
        }
    }

    /** One by its id or one of its names; null when there is none. */
    public @Nullable Map<String, Object> show(String name) {
        synchronized (certificates) {
            var found = find(name);
            return found == null ? null : tree(found);
        }
    }

    private @Nullable ManagedCertificate find(String name) {
        var byId = certificates.managed().get(name);
        if (byId != null) {
            return byId;
        }
        for (var each : certificates.managed().values()) {
            if (each.spec().names().contains(name.toLowerCase(Locale.ROOT))) {
                return each;
            }
        }
        return null;
    }

    private Map<String, Object> tree(ManagedCertificate certificate) {
        var now = certificates.parts().clock().instant();
        var state = certificate.state();
        var tree = new LinkedHashMap<String, Object>();
        tree.put("id", certificate.spec().id());
        tree.put("names", certificate.spec().names());
        tree.put("state", state(certificate, now));
        tree.put("on-demand", isOnDemand(certificate));
        var material = certificate.material();
        var meta = certificate.meta();
        if (material != null && meta != null) {
            var lifetime = Duration.between(material.notBefore(), material.notAfter());
            tree.put("authority", meta.authority());
            if (meta.profile() != null) {
                tree.put("profile", meta.profile());
            }
            tree.put("serial", material.serial().toString(16));
            tree.put("from", material.notBefore().toString());
            tree.put("until", material.notAfter().toString());
            tree.put(
                    "remaining",
                    Math.clamp(
                            (double) Duration.between(now, material.notAfter()).toSeconds()
                                    / Math.max(1, lifetime.toSeconds()),
                            0,
                            1));
        }
        var stored = certificate.stored();
        if (stored != null) {
            tree.put("generation", stored.generation());
        }
        plan(certificate, state, tree);
        var reason = state.reason();
        if (reason != null) {
            var failure = new LinkedHashMap<String, Object>();
            failure.put("reason", reason);
            var kind = state.kind();
            failure.put("kind", kind == null ? "none" : kind.word());
            failure.put("at", String.valueOf(state.failedAt()));
            failure.put("in-a-row", state.failures());
            tree.put("failure", failure);
        }
        tree.put("problems", certificate.problems());
        return tree;
    }

    private static void plan(
            ManagedCertificate certificate, CertificateState state, Map<String, Object> tree) {
        tree.put("next", certificate.renewAt().toString());
        var facts = certificate.facts();
        var renewal = state.renewal();
        if (facts == null) {
            tree.put("why", "there is none yet");
            return;
        }
        tree.put(
                "why",
                state.forced() != CertificateState.Force.NO
                        ? "somebody wants it"
                        : RenewalPlanner.plan(facts, renewal).reason().words());
        if (renewal != null) {
            var window = new LinkedHashMap<String, Object>();
            window.put("start", renewal.start().toString());
            window.put("end", renewal.end().toString());
            window.put("selected", renewal.selected().toString());
            window.put("followed", RenewalPlanner.isUsable(facts, renewal));
            window.put("ask-again", renewal.askAgain().toString());
            var explanation = renewal.explanation();
            if (explanation != null) {
                window.put("explanation", explanation);
            }
            tree.put("renewal-window", window);
        }
    }

    private boolean isOnDemand(ManagedCertificate certificate) {
        return certificates.parts().onDemand().isOnDemand(certificate.spec().names());
    }

    private static String state(ManagedCertificate certificate, Instant now) {
        var facts = certificate.facts();
        if (certificate.isBusy()) {
            return "working";
        }
        if (certificate.state().needsAttention()) {
            return "attention";
        }
        if (certificate.unsaved() != null) {
            return "unsaved";
        }
        if (facts == null) {
            return certificate.state().failures() > 0 ? "failing" : "missing";
        }
        if (!facts.remaining(now).isPositive()) {
            return "expired";
        }
        return certificate.state().failures() > 0 ? "failing" : "active";
    }

    /** Certificates in each state, for metrics. */
    public Map<String, Long> states() {
        var states = new LinkedHashMap<String, Long>();
        for (var word :
                List.of(
                        "active",
                        "working",
                        "missing",
                        "failing",
                        "attention",
                        "unsaved",
                        "expired")) {
            states.put(word, 0L);
        }
        synchronized (certificates) {
            var now = certificates.parts().clock().instant();
            for (var each : certificates.managed().values()) {
                states.merge(state(each, now), 1L, Long::sum);
            }
        }
        return states;
    }

    /** What is wrong at present, one line each. */
    public List<String> problems() {
        var lines = new ArrayList<String>();
        synchronized (certificates) {
            var now = certificates.parts().clock().instant();
            for (var each : certificates.managed().values()) {
                each.problems().forEach(lines::add);
                var reason = each.state().reason();
                // A failure of a renewal long before the end is no trouble yet.
                if (reason != null && (each.material() == null || Alarms.level(each, now) > 0)) {
                    lines.add(each.spec().names() + ": " + reason);
                }
            }
        }
        return lines;
    }

    /** What will be ordered, the next first, and how much our own limit leaves. */
    public List<Map<String, Object>> plan() throws IOException {
        var plan = new ArrayList<Map<String, Object>>();
        synchronized (certificates) {
            var settings = certificates.settings();
            for (var each : certificates.managed().values()) {
                var material = each.material();
                var lifetime =
                        material == null
                                ? null
                                : Duration.between(material.notBefore(), material.notAfter());
                var events = certificates.stores().history().read(each.spec().id());
                var now = certificates.parts().clock().instant();
                var entry = new LinkedHashMap<String, Object>();
                entry.put("at", each.renewAt().toString());
                entry.put("id", each.spec().id());
                entry.put("names", each.spec().names());
                entry.put("what", material == null ? "order" : "renew");
                entry.put("on-demand", isOnDemand(each));
                if (settings != null) {
                    int issuer = each.state().issuer() % settings.authorities().size();
                    entry.put("authority", settings.authorities().get(issuer).name());
                }
                entry.put("left-this-week", Fuse.left(events, lifetime, now));
                plan.add(entry);
            }
        }
        plan.sort((one, other) ->
                String.valueOf(one.get("at")).compareTo(String.valueOf(other.get("at"))));
        return plan;
    }

    /** How certificates on demand stand; null when there are to be none. */
    public @Nullable Map<String, Object> onDemand() {
        return certificates.parts().onDemand().tree();
    }

    /** What happened to one; null when there is none. */
    public @Nullable List<History.Event> history(String name) throws IOException {
        String id;
        synchronized (certificates) {
            var found = find(name);
            if (found == null) {
                return null;
            }
            id = found.spec().id();
        }
        return certificates.stores().history().read(id);
    }

    /**
     * What is known of one, to look into.
     *
     * @param left how many more our own limit allows this week
     * @param chain what is served; empty for nothing
     */
    public record Case(
            List<String> names,
            AcmeSettings settings,
            AcmeFolder folder,
            AcmePort.Opener opener,
            long left,
            List<X509Certificate> chain) {
        public Case {
            names = List.copyOf(names);
            chain = List.copyOf(chain);
        }
    }

    /** One to look into; null when there is none. */
    public @Nullable Case open(String name) throws IOException {
        synchronized (certificates) {
            var found = find(name);
            var settings = certificates.settings();
            if (found == null || settings == null) {
                return null;
            }
            var material = found.material();
            var lifetime =
                    material == null
                            ? null
                            : Duration.between(material.notBefore(), material.notAfter());
            var parts = certificates.parts();
            return new Case(
                    found.spec().names(),
                    settings,
                    parts.folder(),
                    parts.opener(),
                    Fuse.left(
                            certificates.stores().history().read(found.spec().id()),
                            lifetime,
                            parts.clock().instant()),
                    material == null ? List.of() : material.chain());
        }
    }

    /** Has one renewed now; false when there is none. */
    public boolean renew(String name, boolean isPastFuse) {
        synchronized (certificates) {
            var found = find(name);
            if (found == null) {
                return false;
            }
            certificates.force(
                    found,
                    isPastFuse ? CertificateState.Force.PAST_FUSE : CertificateState.Force.YES);
            return true;
        }
    }

    /** What {@link #revoke} needs of the certificate that is served. */
    private record Revocable(KeyPair key, X509Certificate leaf, Authority authority) {}

    /**
     * Revokes what is served and has a new one ordered, by a new key.
     *
     * @param reason of RFC 5280 5.3.1
     * @return the serial number revoked
     * @throws IOException in words for a person when there is nothing to revoke
     */
    public String revoke(String name, int reason) throws IOException, CaException {
        Revocable revocable;
        AcmePort.Account account;
        synchronized (certificates) {
            var found = find(name);
            var material = found == null ? null : found.material();
            var meta = found == null ? null : found.meta();
            if (found == null || material == null || meta == null) {
                throw new IOException(name + ": no certificate (expected: one that is served)");
            }
            var authority = authority(meta.authority());
            revocable =
                    new Revocable(
                            new KeyPair(material.leaf().getPublicKey(), material.key()),
                            material.leaf(),
                            authority);
            var known = certificates.stores().accounts().require(authority.directory());
            var url = known.url();
            account =
                    reason != KEY_COMPROMISE && url != null && url.equals(meta.account())
                            ? new AcmePort.Account(known.key(), url)
                            : null;
        }
        certificates
                .parts()
                .opener()
                .connect(revocable.authority())
                .revoke(account, revocable.key(), revocable.leaf(), reason);
        certificates
                .stores()
                .history()
                .add(
                        String.valueOf(idOf(name)),
                        new History.Event(
                                certificates.parts().clock().instant(),
                                "revoked",
                                revocable.authority().name(),
                                "serial " + serial(revocable.leaf())));
        renew(name, false);
        return serial(revocable.leaf());
    }

    private @Nullable String idOf(String name) {
        synchronized (certificates) {
            var found = find(name);
            return found == null ? null : found.spec().id();
        }
    }

    private Authority authority(String directory) throws IOException {
        var settings = certificates.settings();
        for (var each : settings == null ? List.<Authority>of() : settings.authorities()) {
            if (each.directory().toString().equals(directory)) {
                return each;
            }
        }
        throw new IOException(
                directory + ": not among acme.authorities (expected: the one that issued it)");
    }

    private static String serial(X509Certificate leaf) {
        return leaf.getSerialNumber().toString(16);
    }
}
