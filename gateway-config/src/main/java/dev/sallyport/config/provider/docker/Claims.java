package dev.sallyport.config.provider.docker;

import dev.sallyport.config.model.value.HostPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who claimed what first. It is kept, so that a restart of the edge is no new race. */
final class Claims {
    private static final int MOST = 50_000;
    private static final String NAME = "name ";

    private final Map<String, List<Claim>> bySubject = new HashMap<>();
    private int count;

    /**
     * A right to a host, or to a name of routes.
     *
     * @param subject the host, or the name
     * @param path what of the host; empty for a name
     * @param since when it was claimed
     * @param seen when the owner last used it
     */
    record Claim(String subject, String path, Owner owner, Instant since, Instant seen) {}

    /** Forgets what nobody has used for this long. */
    void release(Instant now, Duration keep) {
        for (var each : bySubject.values()) {
            each.removeIf(claim -> claim.seen.plus(keep).isBefore(now));
        }
        bySubject.values().removeIf(List::isEmpty);
        count = bySubject.values().stream().mapToInt(List::size).sum();
    }

    /**
     * Claims a host.
     *
     * @param path of the host that is claimed
     * @param isShared whether others may have other paths of it, as the operator granted
     * @return the claim that is in the way; null when it was claimed
     */
    @Nullable Claim claim(
            HostPattern host, String path, boolean isShared, Owner owner, Instant now) {
        var subject = host.toString();
        var inTheWay = isShared ? other(subject, path, owner) : other(subject, null, owner);
        if (inTheWay == null && !isShared && host.kind() == HostPattern.Kind.EXACT) {
            // A wildcard claimed while there were grants covers this host too.
            int dot = subject.indexOf('.');
            inTheWay = dot < 0 ? null : other("*" + subject.substring(dot), null, owner);
        }
        if (inTheWay == null) {
            put(subject, path, owner, now);
        }
        return inTheWay;
    }

    /** Claims a name of routes, such as {@code shop/web}. */
    @Nullable Claim claimName(String name, Owner owner, Instant now) {
        var inTheWay = other(NAME + name, null, owner);
        if (inTheWay == null) {
            put(NAME + name, "", owner, now);
        }
        return inTheWay;
    }

    private @Nullable Claim other(String subject, @Nullable String path, Owner owner) {
        for (var each : bySubject.getOrDefault(subject, List.of())) {
            if (!each.owner.equals(owner) && (path == null || each.path.equals(path))) {
                return each;
            }
        }
        return null;
    }

    private void put(String subject, String path, Owner owner, Instant now) {
        var all = bySubject.computeIfAbsent(subject, _ -> new ArrayList<>());
        for (int i = 0; i < all.size(); i++) {
            var each = all.get(i);
            if (each.path.equals(path) && each.owner.equals(owner)) {
                all.set(i, new Claim(subject, path, owner, each.since, now));
                return;
            }
        }
        if (count < MOST) {
            count++;
            all.add(new Claim(subject, path, owner, now, now));
        }
    }

    /** When an owner first claimed anything; null when it never did. */
    @Nullable Instant oldest(String name, Owner owner) {
        for (var each : bySubject.getOrDefault(NAME + name, List.of())) {
            if (each.owner.equals(owner)) {
                return each.since;
            }
        }
        return null;
    }

    /** Takes back what was kept. */
    void restore(List<Claim> kept) {
        for (var each : kept) {
            if (count < MOST) {
                bySubject.computeIfAbsent(each.subject, _ -> new ArrayList<>()).add(each);
                count++;
            }
        }
    }

    List<Claim> all() {
        return bySubject.values().stream().flatMap(List::stream).toList();
    }
}
