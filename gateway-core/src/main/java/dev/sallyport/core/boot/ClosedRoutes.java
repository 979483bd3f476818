package dev.sallyport.core.boot;

import dev.sallyport.acme.certificate.FileStamp;
import dev.sallyport.config.check.NamedFiles;
import dev.sallyport.core.snapshot.Snapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * When routes that are closed are worth another compilation: once a file that settings name is
 * another, and now and then for what no file tells, such as an authority that is not valid yet.
 */
final class ClosedRoutes {
    private static final Duration ANYWAY = Duration.ofMinutes(10);

    private final InstantSource clock;
    private long generation = -1;
    private Map<Path, FileStamp> stamps = Map.of();
    private boolean isDoubted;
    private Instant anywayAt = Instant.MIN;

    ClosedRoutes(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether to compile now; never where all routes are open. */
    boolean areWorthALook(Snapshot now) {
        return !now.closed().isEmpty()
                && isWorthALook(now.generation(), NamedFiles.ofRoutes(now.config()));
    }

    /**
     * Whether to compile now; who is told so does. Files may have changed since a configuration was
     * compiled and before they were first looked at here, so that each is worth one look.
     */
    boolean isWorthALook(long current, Set<Path> files) {
        Instant now = clock.instant();
        Map<Path, FileStamp> found = new HashMap<>();
        boolean isYoung = false;
        for (Path file : files) {
            FileStamp stamp = FileStamp.of(file);
            found.put(file, stamp);
            isYoung |= stamp.isYoung(now);
        }
        boolean isWorth =
                generation != current
                        || !found.equals(stamps)
                        || isDoubted
                        || !now.isBefore(anywayAt);
        generation = current;
        stamps = found;
        isDoubted = isYoung; // it may change again and look the same
        if (isWorth) {
            anywayAt = now.plus(ANYWAY);
        }
        return isWorth;
    }
}
