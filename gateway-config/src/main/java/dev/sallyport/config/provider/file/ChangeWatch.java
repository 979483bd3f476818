package dev.sallyport.config.provider.file;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** Waits for changes of files; it may wake for nothing, and may miss some. */
interface ChangeWatch extends AutoCloseable {
    /** Watches these files and folders from now on, and no others. */
    void follow(Set<Path> paths);

    /** Waits until something may have changed, or the time is over. */
    void await(Duration atMost) throws InterruptedException;

    /** Waits for the whole time, whatever happens. */
    void rest(Duration time) throws InterruptedException;

    @Override
    void close();
}
