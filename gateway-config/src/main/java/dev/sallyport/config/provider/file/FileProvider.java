package dev.sallyport.config.provider.file;

import dev.sallyport.config.patience.Sleeper;
import dev.sallyport.config.provider.Fragment;
import dev.sallyport.config.provider.Provider;
import dev.sallyport.config.read.ConfigFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file with all it includes, or a folder; read anew when any of them changes. */
public final class FileProvider implements Provider {
    /**
     * How often is looked. Looking misses nothing, on network file systems and behind swapped links
     * too; events of the system would, and cost the more the busier a log in the same folder is.
     */
    private static final Duration LOOK = Duration.ofMillis(500);

    /** How long files must be at rest: editors and copies write in several steps. */
    static final Duration REST = Duration.ofMillis(200);

    private static final Duration LONGEST_UNREST = Duration.ofSeconds(5);

    private final Path start;
    private final Sleeper sleeper;
    private final InstantSource clock;
    private volatile @Nullable Seen seen;

    /** What the last reading read, and how that looked just before. */
    private record Seen(Set<Path> watched, Stamps stamps) {}

    FileProvider(Path start, Sleeper sleeper, InstantSource clock) {
        this.start = start;
        this.sleeper = sleeper;
        this.clock = clock;
    }

    /** A provider of a file or folder that exists or will. */
    public static FileProvider create(Path start, InstantSource clock) {
        return new FileProvider(start, Thread::sleep, clock);
    }

    @Override
    public String name() {
        return "file";
    }

    @Override
    public Fragment read() {
        var before = seen;
        var watched = before == null ? Set.<Path>of() : before.watched;
        while (true) {
            // Stamps are taken before reading: they may be too old, and cost a second look, but
            // never so new that a change goes unseen.
            var stamps = Stamps.of(watched);
            var loaded = ConfigFiles.load(start);
            if (loaded.watched().equals(watched)) {
                seen = new Seen(watched, stamps);
                return new Fragment(name(), loaded.root(), loaded.problems());
            }
            watched = loaded.watched();
        }
    }

    @Override
    public void awaitChange() throws InterruptedException {
        while (isUnchanged()) {
            sleeper.sleep(LOOK);
        }
        var limit = clock.instant().plus(LONGEST_UNREST);
        var last = look();
        while (clock.instant().isBefore(limit)) {
            sleeper.sleep(REST);
            var now = look();
            if (now.equals(last)) {
                return;
            }
            last = now;
        }
    }

    private boolean isUnchanged() {
        var last = seen;
        return last != null && last.stamps.equals(Stamps.of(last.watched));
    }

    private Stamps look() {
        var last = seen;
        return Stamps.of(last == null ? Set.of() : last.watched);
    }
}
