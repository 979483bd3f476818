package dev.sallyport.acme.manage;

import dev.sallyport.acme.certificate.FileStamp;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.issue.RenewalId;
import dev.sallyport.acme.manage.plan.CertificateState;
import dev.sallyport.acme.manage.plan.RenewalPlanner;
import dev.sallyport.acme.storage.CertificateStorage;
import dev.sallyport.acme.storage.Meta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One certificate that is looked after; guarded by the lock of {@link AcmeCertificates}. */
final class ManagedCertificate {
    private final CertificateSpec spec;
    private CertificateState state;
    private CertificateStorage.@Nullable Stored stored;
    private @Nullable Unsaved unsaved;
    private boolean isBusy;
    private Instant asksAt;
    private int alarm;
    private int seen;
    private @Nullable FileStamp stamp;
    private RenewalPlanner.@Nullable Facts facts;
    private Instant quietUntil = Instant.MIN;
    private List<String> damages = List.of();

    /** What was issued and the disk refused: served from memory, never ordered again. */
    record Unsaved(KeyMaterial material, Meta meta, String problem) {}

    ManagedCertificate(CertificateSpec spec, CertificateState state, Instant asksAt) {
        this.spec = spec;
        this.state = state;
        this.asksAt = asksAt;
    }

    CertificateSpec spec() {
        return spec;
    }

    CertificateState state() {
        return state;
    }

    void state(CertificateState next) {
        state = next;
        quietUntil = Instant.MIN;
    }

    /**
     * What waited for a person is tried at once when that person changed something, or restarted.
     */
    void reconsider(boolean isChanged) {
        if (isChanged && state.needsAttention()) {
            state(state.withoutDelay());
        }
    }

    CertificateStorage.@Nullable Stored stored() {
        return stored;
    }

    void stored(CertificateStorage.@Nullable Stored next) {
        stored = next;
        unsaved = null;
        alarm = 0;
        damages = next == null ? List.of() : next.problems();
        facts = readFacts();
        quietUntil = Instant.MIN;
    }

    @Nullable Unsaved unsaved() {
        return unsaved;
    }

    void unsaved(Unsaved next) {
        unsaved = next;
        alarm = 0;
        facts = readFacts();
        quietUntil = Instant.MIN;
    }

    boolean isBusy() {
        return isBusy;
    }

    void busy(boolean busy) {
        isBusy = busy;
        quietUntil = Instant.MIN;
    }

    /** What is served. */
    @Nullable KeyMaterial material() {
        var refused = unsaved;
        if (refused != null) {
            return refused.material();
        }
        var kept = stored;
        return kept == null ? null : kept.material();
    }

    @Nullable Meta meta() {
        var refused = unsaved;
        if (refused != null) {
            return refused.meta();
        }
        var kept = stored;
        return kept == null ? null : kept.meta();
    }

    RenewalPlanner.@Nullable Facts facts() {
        return facts;
    }

    private RenewalPlanner.@Nullable Facts readFacts() {
        var served = material();
        var from = meta();
        return served == null || from == null
                ? null
                : new RenewalPlanner.Facts(
                        served.notBefore(),
                        served.notAfter(),
                        from.issuedAt(),
                        RenewalId.of(served));
    }

    /** When the next effort is made. */
    Instant renewAt() {
        var facts = facts();
        if (facts == null || state.forced() != CertificateState.Force.NO) {
            return state.notBefore();
        }
        return later(RenewalPlanner.plan(facts, state.renewal()).renewAt(), state.notBefore());
    }

    /** When the authority is asked about the renewal the next time. */
    Instant asksAt() {
        var renewal = state.renewal();
        var facts = facts();
        return renewal != null && facts != null && renewal.id().equals(facts.renewalId())
                ? later(renewal.askAgain(), asksAt)
                : asksAt;
    }

    void asksAt(Instant next) {
        asksAt = next;
        quietUntil = Instant.MIN;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /**
     * How loud the last alarm was: 0 none, 1 a quarter of the lifetime left, 2 a tenth, 3 ended.
     */
    int alarm() {
        return alarm;
    }

    void alarm(int level) {
        alarm = level;
    }

    /** The newest generation that was looked at, whether it could be read or not. */
    int seen() {
        return seen;
    }

    void seen(int generation) {
        seen = generation;
    }

    /** How its folder looked when it was looked into last; null when it must be looked into. */
    @Nullable FileStamp stamp() {
        return stamp;
    }

    void stamp(@Nullable FileStamp next) {
        stamp = next;
    }

    /** Until when nothing is due for it, unless something about it changes. */
    Instant quietUntil() {
        return quietUntil;
    }

    void quietUntil(Instant next) {
        quietUntil = next;
    }

    List<String> damages() {
        return damages;
    }

    /** What is wrong with it on the disk. */
    List<String> problems() {
        var problems = new ArrayList<>(damages);
        var refused = unsaved;
        if (refused != null) {
            problems.add("not on disk, served from memory: " + refused.problem());
        }
        return problems;
    }

    void damages(List<String> next) {
        damages = List.copyOf(next);
    }
}
