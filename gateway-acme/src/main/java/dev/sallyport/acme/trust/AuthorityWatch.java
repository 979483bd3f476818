package dev.sallyport.acme.trust;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The authorities of some files for who asks again and again: {@link #current} answers at once and
 * now and then has a control thread look at the files.
 */
public final class AuthorityWatch {
    private static final long LOOK_AGAIN = TimeUnit.SECONDS.toNanos(2);

    private final AuthorityFiles files;
    private final Consumer<String> problems;
    private final LongSupplier nanoClock;
    private final Executor control;
    private final AtomicLong looked;
    private volatile Authorities current;
    private List<String> said = List.of();

    /**
     * Reads the files. Blocking.
     *
     * @param problems told each once, when it begins
     * @param control runs what may block
     */
    public AuthorityWatch(
            List<Path> files,
            Consumer<String> problems,
            Clock clock,
            LongSupplier nanoClock,
            Executor control) {
        this.files = AuthorityFiles.open(files, clock);
        this.problems = problems;
        this.nanoClock = nanoClock;
        this.control = control;
        this.looked = new AtomicLong(nanoClock.getAsLong());
        this.current = this.files.current();
        tell();
    }

    /** What is wrong at present. */
    public List<String> problems() {
        return files.problems();
    }

    /** The authorities as read last. Any thread. */
    public Authorities current() {
        long now = nanoClock.getAsLong();
        long last = looked.get();
        if (now - last >= LOOK_AGAIN && looked.compareAndSet(last, now)) {
            control.execute(this::look);
        }
        return current;
    }

    private void look() {
        if (files.refresh()) {
            current = files.current();
        }
        tell();
    }

    private synchronized void tell() {
        List<String> now = files.problems();
        for (String each : now) {
            if (!said.contains(each)) {
                problems.accept(each);
            }
        }
        said = now;
    }
}
