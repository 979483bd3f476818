package dev.sallyport.config.patience;

import java.time.Duration;

/** Lets time pass: {@code Thread::sleep}, but for tests that decide when that is. */
@FunctionalInterface
public interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
}
