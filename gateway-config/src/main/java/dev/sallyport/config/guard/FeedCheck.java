package dev.sallyport.config.guard;

import dev.sallyport.config.patience.TimeLimit;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/** Whether a guard that runs tells anything: it does not before its engine has answered. */
public final class FeedCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private FeedCheck() {}

    /** Returns when there was a first word; throws when nobody says one. */
    public static void require(Path feed) throws IOException {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(feed));
                var _ = new TimeLimit(PATIENCE).on(channel)) {
            if (Channels.newInputStream(channel).read() < 0) {
                throw new IOException("turned away (expected: a user the guard lets in)");
            }
        }
    }
}
