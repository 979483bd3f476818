package dev.sallyport.acme.manage.plan;

import dev.sallyport.acme.issue.CaException;
import dev.sallyport.acme.json.Json;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the efforts for one certificate, from start to start.
 *
 * @param failures in a row
 * @param failuresHere in a row with the present issuer
 * @param kind of the last failure; null when the last effort succeeded, or there was none
 * @param reason of the last failure, in the authority's words
 * @param failedAt when it was
 * @param notBefore no effort before this time
 * @param issuer position of the authority to ask
 * @param forced whether a person wants it renewed now
 * @param renewal when the authority would have it renewed
 * @param retired since when nobody wants it
 */
public record CertificateState(
        int failures,
        int failuresHere,
        CaException.@Nullable Kind kind,
        @Nullable String reason,
        @Nullable Instant failedAt,
        Instant notBefore,
        int issuer,
        Force forced,
        @Nullable Renewal renewal,
        @Nullable Instant retired) {
    public static final CertificateState NEW =
            new CertificateState(0, 0, null, null, null, Instant.EPOCH, 0, Force.NO, null, null);

    /** Whether a person wants a renewal. */
    public enum Force {
        NO,
        /** Now, within the limits. */
        YES,
        /** Now, even past our own fuse. */
        PAST_FUSE
    }

    /**
     * What the authority said of a renewal, and the moment drawn from it.
     *
     * @param id of the certificate it was said of
     * @param selected drawn once for a window
     * @param askAgain when to ask the next time
     */
    public record Renewal(
            String id,
            Instant start,
            Instant end,
            Instant selected,
            @Nullable String explanation,
            Instant askAgain) {}

    public CertificateState withForce(Force force) {
        return new CertificateState(
                failures,
                failuresHere,
                kind,
                reason,
                failedAt,
                force == Force.NO ? notBefore : Instant.EPOCH,
                issuer,
                force,
                renewal,
                retired);
    }

    public CertificateState withoutDelay() {
        return new CertificateState(
                failures,
                failuresHere,
                kind,
                reason,
                failedAt,
                Instant.EPOCH,
                issuer,
                forced,
                renewal,
                retired);
    }

    public CertificateState withRenewal(@Nullable Renewal changed) {
        return new CertificateState(
                failures,
                failuresHere,
                kind,
                reason,
                failedAt,
                notBefore,
                issuer,
                forced,
                changed,
                retired);
    }

    public CertificateState withRetired(@Nullable Instant since) {
        return new CertificateState(
                failures,
                failuresHere,
                kind,
                reason,
                failedAt,
                notBefore,
                issuer,
                forced,
                renewal,
                since);
    }

    /** Whether nothing will change before a person does something. */
    public boolean needsAttention() {
        return kind == CaException.Kind.HUMAN || kind == CaException.Kind.ACCOUNT;
    }

    public String text() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("failures", failures);
        object.put("failures-here", failuresHere);
        put(object, "kind", kind == null ? null : kind.name());
        put(object, "reason", reason);
        put(object, "failed-at", failedAt);
        object.put("not-before", notBefore.toString());
        object.put("issuer", issuer);
        object.put("forced", forced.name());
        put(object, "retired", retired);
        var known = renewal;
        if (known != null) {
            Map<String, Object> window = new LinkedHashMap<>();
            window.put("id", known.id());
            window.put("start", known.start().toString());
            window.put("end", known.end().toString());
            window.put("selected", known.selected().toString());
            put(window, "explanation", known.explanation());
            window.put("ask-again", known.askAgain().toString());
            object.put("renewal", window);
        }
        return Json.write(object);
    }

    public static CertificateState read(String text) throws IOException {
        var object = Json.read(text);
        try {
            var kind = Json.text(object, "kind");
            var forced = Json.text(object, "forced");
            var window = Json.object(object, "renewal");
            return new CertificateState(
                    (int) Json.number(object, "failures", 0),
                    (int) Json.number(object, "failures-here", 0),
                    kind == null ? null : CaException.Kind.valueOf(kind),
                    Json.text(object, "reason"),
                    time(object, "failed-at"),
                    requireTime(object, "not-before"),
                    (int) Json.number(object, "issuer", 0),
                    forced == null ? Force.NO : Force.valueOf(forced),
                    window.isEmpty() ? null : renewal(window),
                    time(object, "retired"));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IOException("state.json: " + e.getMessage(), e);
        }
    }

    private static Renewal renewal(Map<String, @Nullable Object> window) throws IOException {
        var id = Json.text(window, "id");
        if (id == null) {
            throw new IOException("state.json: renewal.id: absent (expected: a text)");
        }
        return new Renewal(
                id,
                requireTime(window, "start"),
                requireTime(window, "end"),
                requireTime(window, "selected"),
                Json.text(window, "explanation"),
                requireTime(window, "ask-again"));
    }

    private static @Nullable Instant time(Map<String, @Nullable Object> object, String key) {
        var text = Json.text(object, key);
        return text == null ? null : Instant.parse(text);
    }

    private static Instant requireTime(Map<String, @Nullable Object> object, String key)
            throws IOException {
        var time = time(object, key);
        if (time == null) {
            throw new IOException("state.json: " + key + ": absent (expected: a time)");
        }
        return time;
    }

    private static void put(Map<String, Object> object, String key, @Nullable Object value) {
        if (value != null) {
            object.put(key, value.toString());
        }
    }
}
