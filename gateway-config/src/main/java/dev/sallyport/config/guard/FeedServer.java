package dev.sallyport.config.guard;

import dev.sallyport.config.guard.feed.FeedLine;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the feed to those who come by one door, each on a thread of its own. */
final class FeedServer implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(FeedServer.class);

    /** Edges of one guard; each costs a thread and the buffer of a socket. */
    private static final int MOST_READERS = 16;

    private final Bulletin bulletin;
    private final FeedDoor door;
    private final Set<FeedDoor.Reader> readers = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    private FeedServer(Bulletin bulletin, FeedDoor door) {
        this.bulletin = bulletin;
        this.door = door;
    }

    static FeedServer start(Bulletin bulletin, FeedDoor door) {
        var server = new FeedServer(bulletin, door);
        Thread.ofVirtual().name("feed-door").start(server::accept);
        log.info("feed offered at={}", door);
        return server;
    }

    private void accept() {
        while (!isClosed) {
            try {
                var reader = door.accept();
                if (reader != null && readers.size() < MOST_READERS) {
                    readers.add(reader);
                    Thread.ofVirtual().name("feed-reader").start(() -> serve(reader));
                } else if (reader != null) {
                    log.warn("reader of the feed turned away, {} read it already", MOST_READERS);
                    reader.close();
                }
            } catch (IOException e) {
                if (!isClosed) {
                    log.error("feed no longer offered at={} reason={}", door, e.getMessage());
                }
                return;
            }
        }
    }

    private void serve(FeedDoor.Reader reader) {
        try (reader) {
            var out = reader.open();
            log.info("feed read by={}", reader);
            var seen = new Bulletin.Seen();
            while (!isClosed) {
                var line = bulletin.await(seen, FeedLine.ALIVE) + "\n";
                out.write(line.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException e) {
            log.info("reader of the feed gone by={} reason={}", reader, e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            readers.remove(reader);
        }
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        door.close();
        for (var reader : readers) {
            reader.close();
        }
    }
}
