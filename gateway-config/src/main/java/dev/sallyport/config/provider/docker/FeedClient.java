package dev.sallyport.config.provider.docker;

import dev.sallyport.config.guard.feed.FeedLine;
import dev.sallyport.config.guard.feed.Inventory;
import dev.sallyport.config.guard.tls.MutualTls;
import dev.sallyport.config.guard.tls.PemFiles;
import dev.sallyport.config.model.discovery.Providers;
import dev.sallyport.config.patience.Pause;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the feed of a guard, and comes again whenever it ends. */
final class FeedClient implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(FeedClient.class);

    /** A guard says something every five seconds. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final int PATIENCE_MILLIS = 5_000;

    private final Providers.Docker settings;
    private final Taker taker;
    private final RandomGenerator random;
    private final Thread reading;
    private volatile @Nullable Closeable wire;
    private volatile long heardAt;
    private volatile boolean isClosed;

    /** Told of all that comes, on the client's thread. */
    interface Taker {
        void take(Inventory inventory);

        /** What was told last still holds. */
        void alive();

        /** Nobody tells anything any more. */
        void lost(String reason);
    }

    private FeedClient(Providers.Docker settings, Taker taker, RandomGenerator random) {
        this.settings = settings;
        this.taker = taker;
        this.random = random;
        this.reading = Thread.ofVirtual().name("docker-feed").unstarted(this::run);
    }

    static FeedClient start(Providers.Docker settings, Taker taker, RandomGenerator random) {
        var client = new FeedClient(settings, taker, random);
        client.reading.start();
        return client;
    }

    private void run() {
        var pause = SHORTEST_PAUSE;
        var told = "";
        while (!isClosed) {
            long began = System.nanoTime();
            String reason;
            try {
                read();
                reason = "the guard ended it";
            } catch (IOException | IllegalArgumentException e) {
                reason = String.valueOf(e.getMessage());
            }
            if (isClosed) {
                return;
            }
            taker.lost(reason);
            boolean wasLong = System.nanoTime() - began > LONGEST_PAUSE.toNanos();
            if (wasLong || !reason.equals(told)) {
                log.warn("feed not read at={} reason={}", settings.feed(), reason);
                told = reason;
            }
            pause = wasLong ? SHORTEST_PAUSE : Pause.longer(pause, LONGEST_PAUSE);
            try {
                Pause.sleep(pause, random);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void read() throws IOException {
        heardAt = System.nanoTime();
        var remote = settings.feed().remote();
        var path = settings.feed().path();
        var tls = settings.tls();
        if (remote != null && tls != null) {
            var files = new PemFiles(tls.caFile(), tls.certificateFile(), tls.keyFile());
            var address = InetSocketAddress.createUnresolved(remote.host(), remote.port());
            try (var socket = MutualTls.of(files).connect(address, PATIENCE_MILLIS)) {
                read(socket, socket.getInputStream());
            }
        } else if (path != null) {
            try (var channel = connect(path)) {
                read(channel, Channels.newInputStream(channel));
            }
        }
    }

    private static SocketChannel connect(Path path) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void read(Closeable from, InputStream in) throws IOException {
        wire = from;
        var watch = Thread.ofVirtual().name("docker-feed-watch").start(() -> watch(from));
        try {
            log.info("feed read at={}", settings.feed());
            var bytes = new byte[64 * 1024];
            var line = new ByteArrayOutputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                heardAt = System.nanoTime();
                take(bytes, count, line);
            }
        } finally {
            watch.interrupt();
            wire = null;
        }
    }

    private void take(byte[] bytes, int count, ByteArrayOutputStream line) throws IOException {
        int start = 0;
        for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n') {
                line.write(bytes, start, i - start);
                start = i + 1;
                take(line.toString(StandardCharsets.UTF_8));
                line.reset();
            }
        }
        line.write(bytes, start, count - start);
        if (line.size() > FeedLine.LONGEST) {
            throw new IOException("a line of more than " + FeedLine.LONGEST + " bytes");
        }
    }

    private void take(String line) throws IOException {
        var inventory = FeedLine.read(line);
        if (inventory == null) {
            taker.alive();
        } else {
            taker.take(inventory);
        }
    }

    /** Ends a connection on which nothing is heard: the other side may be gone without a word. */
    private void watch(Closeable from) {
        try {
            while (true) {
                Thread.sleep(SILENCE.dividedBy(3));
                if (System.nanoTime() - heardAt > SILENCE.toNanos()) {
                    log.warn("feed silent at={} for={}", settings.feed(), SILENCE);
                    from.close();
                    return;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException _) {
            // it is closed all the same
        }
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        reading.interrupt();
        var open = wire;
        if (open != null) {
            open.close();
        }
    }
}
