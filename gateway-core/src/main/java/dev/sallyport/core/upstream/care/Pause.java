package dev.sallyport.core.upstream.care;

import java.time.Duration;

/** How a loop waits for its next turn; tests decide when that is. */
interface Pause {
    void pause(Duration duration) throws InterruptedException;
}
