package dev.sallyport.acme.ondemand;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names refused not long ago, so that the next hello costs a look; bounded. Read by event loops
 * without locks, written by one thread.
 */
final class Refusals {
    private static final Logger log = LoggerFactory.getLogger(Refusals.class);
    private static final int MOST = 10_000;
    private static final int MOST_TOLD = 20;
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);

    private final Map<String, Refusal> byName = new ConcurrentHashMap<>();
    private Instant told = Instant.MIN;
    private int untold;

    private record Refusal(Decision decision, String reason, Instant until) {}

    /** Why a name is refused at present; null when it is not. */
    @Nullable Decision find(String name, Instant now) {
        var found = byName.get(name);
        return found == null || !found.until.isAfter(now) ? null : found.decision;
    }

    /** Remembers one, unless too many are; tells of one in a second. */
    void add(String name, Decision decision, String reason, Instant until, Instant now) {
        if (byName.size() >= MOST) {
            byName.values().removeIf(each -> !each.until.isAfter(now));
        }
        if (decision.isRemembered() && byName.size() < MOST) {
            byName.put(name, new Refusal(decision, reason, until));
        }
        if (told.isAfter(now.minus(BETWEEN_LINES))) {
            untold++;
            return;
        }
        log.info(
                "certificate on demand refused name={} decision={} reason={} more={}",
                name,
                decision.word(),
                reason,
                untold);
        told = now;
        untold = 0;
    }

    void remove(String name) {
        byName.remove(name);
    }

    int size() {
        return byName.size();
    }

    /** Some of those in force, for people. */
    List<Map<String, Object>> trees(Instant now) {
        var trees = new ArrayList<Map<String, Object>>();
        byName.forEach((name, refusal) -> {
            if (refusal.until.isAfter(now) && trees.size() < MOST_TOLD) {
                var tree = new LinkedHashMap<String, Object>();
                tree.put("name", name);
                tree.put("decision", refusal.decision.word());
                tree.put("reason", refusal.reason);
                tree.put("until", refusal.until.toString());
                trees.add(tree);
            }
        });
        return trees;
    }
}
