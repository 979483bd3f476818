package dev.sallyport.core.boot.admin;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Ends connections that take too long: unix sockets know no timeout of their own. */
final class Patience {
    private Patience() {}

    /** Closes the channel after this time, unless the thread is interrupted before. */
    static Thread of(SocketChannel channel, Duration time) {
        return Thread.ofVirtual()
                .name("admin-patience")
                .start(() -> {
                    try {
                        Thread.sleep(time);
                        channel.close();
                    } catch (InterruptedException | IOException _) {
                        // The answer was there in time, or nobody waits for it any more.
                        Thread.currentThread().interrupt();
                    }
                });
    }
}
