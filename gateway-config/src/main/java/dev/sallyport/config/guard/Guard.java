package dev.sallyport.config.guard;

import dev.sallyport.config.guard.engine.Engine;
import dev.sallyport.config.guard.engine.EngineEvent;
import dev.sallyport.config.guard.feed.FeedLine;
import dev.sallyport.config.guard.feed.Inventory;
import dev.sallyport.config.guard.feed.Workload;
import dev.sallyport.config.patience.Pause;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows an engine and publishes what it has. Events only tell that something changed: after each,
 * and every few seconds in case one was lost, everything is listed anew.
 */
public final class Guard implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(Guard.class);

    private static final Duration LOOK = Duration.ofSeconds(5);

    /** After a change of a service, tasks on other nodes change without an event. */
    private static final Duration CLOSE_LOOK = Duration.ofMillis(200);

    private static final Duration CLOSE_LOOKS = Duration.ofSeconds(10);
    private static final Duration SWARM_LOOK = Duration.ofSeconds(2);
    private static final Duration SWARM_HOPE = Duration.ofMinutes(1);

    /** Lists are this far apart, however many events there are. */
    private static final Duration BREATH = Duration.ofMillis(10);

    /** An engine that was replaced may have another socket file, which only a restart mounts. */
    private static final Duration MOST_REFUSALS = Duration.ofSeconds(10);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final int MOST_EVENTS = 1024;
    private static final EngineEvent LOST = new EngineEvent("", "lost", "", "");
    private static final EngineEvent ENDED = new EngineEvent("", "ended", "", "");

    private final Engine engine;
    private final GuardOptions options;
    private final Bulletin bulletin = new Bulletin();
    private final List<FeedServer> servers = new ArrayList<>();
    private final RandomGenerator random;
    private final Stopping stopping = new Stopping();
    private List<Workload> listed = List.of();
    private @Nullable List<Workload> published;
    private long generation;
    private long refusedSince;
    private long closeLooksUntil;
    private long swarmHope;

    private Guard(GuardOptions options, RandomGenerator random) {
        this.options = options;
        this.random = random;
        this.engine = new Engine(options.engine(), options.prefixes());
    }

    /** Opens the doors of the feed; nobody hears anything before the engine has answered. */
    public static Guard open(GuardOptions options, RandomGenerator random) throws IOException {
        var guard = new Guard(options, random);
        try {
            guard.offer(UnixDoor.open(options.feed(), options.users()));
            var listen = options.listen();
            var files = options.listenFiles();
            if (listen != null && files != null) {
                guard.offer(TlsDoor.open(listen, files));
            }
            return guard;
        } catch (IOException | RuntimeException e) {
            guard.close();
            throw e;
        }
    }

    private void offer(FeedDoor door) {
        servers.add(FeedServer.start(bulletin, door));
    }

    /**
     * Follows the engine until it has refused for too long.
     *
     * @throws IOException why it did
     */
    public void follow() throws IOException, InterruptedException {
        refusedSince = System.nanoTime();
        swarmHope = System.nanoTime();
        Duration pause = Duration.ZERO;
        while (true) {
            try {
                session();
            } catch (IOException e) {
                long refused = System.nanoTime() - refusedSince;
                if (refused > MOST_REFUSALS.toNanos()) {
                    throw e;
                }
                if (pause.isZero()) {
                    log.warn("engine lost at={} reason={}", options.engine(), e.getMessage());
                }
                boolean didAnswer = refused < LOOK.toNanos() / 100;
                pause =
                        didAnswer
                                ? Duration.ofMillis(20)
                                : pause.isZero()
                                        ? Duration.ofMillis(50)
                                        : Pause.longer(pause, LONGEST_PAUSE);
            }
            Pause.sleep(pause, random);
        }
    }

    /** From the first greeting until the engine ends it, one way or another. */
    private void session() throws IOException, InterruptedException {
        engine.greet();
        BlockingQueue<EngineEvent> queue = new ArrayBlockingQueue<>(MOST_EVENTS);
        try (var events = engine.events()) {
            var reading = Thread.ofVirtual().name("engine-events").start(() -> read(events, queue));
            try {
                list();
                log.info(
                        "engine followed at={} engine=\"{}\" workloads={}",
                        options.engine(),
                        engine.product(),
                        listed.size());
                while (true) {
                    take(queue);
                    list();
                }
            } finally {
                reading.interrupt();
            }
        }
    }

    private static void read(Engine.Events events, BlockingQueue<EngineEvent> queue) {
        try {
            events.read(event -> {
                if (!queue.offer(event)) {
                    queue.clear();
                    boolean _ = queue.offer(LOST);
                }
            });
        } catch (IOException e) {
            log.debug("events ended reason={}", e.getMessage());
        }
        queue.clear();
        boolean _ = queue.offer(ENDED);
    }

    /** Waits for something to happen, or for the time to look anyway. */
    private void take(BlockingQueue<EngineEvent> queue) throws IOException, InterruptedException {
        var first = queue.poll(look().toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
            if (System.nanoTime() - swarmHope > 0) {
                swarmHope = System.nanoTime() + SWARM_HOPE.toNanos();
                engine.expectSwarm();
            }
            return;
        }
        var all = new ArrayList<EngineEvent>();
        all.add(first);
        queue.drainTo(all);
        boolean isNews = false;
        for (var event : all) {
            if (event.equals(ENDED)) {
                throw new IOException("the engine ended its events");
            }
            isNews |= stopping.take(event, System.nanoTime());
            if (event.isOfService()) {
                closeLooksUntil = System.nanoTime() + CLOSE_LOOKS.toNanos();
                engine.expectSwarm();
            }
        }
        if (isNews) {
            // Before the list, which may take its time: no more requests are to go there.
            publish();
        }
        Thread.sleep(BREATH.dividedBy(5));
    }

    private Duration look() {
        if (!engine.isSwarm()) {
            return LOOK;
        }
        return System.nanoTime() - closeLooksUntil < 0 && closeLooksUntil != 0
                ? CLOSE_LOOK
                : SWARM_LOOK;
    }

    private void list() throws IOException {
        listed = engine.list();
        stopping.listed();
        refusedSince = System.nanoTime();
        publish();
    }

    private void publish() {
        var now = stopping.mark(listed, System.nanoTime());
        if (now.equals(published)) {
            bulletin.beat();
            return;
        }
        published = now;
        var line = FeedLine.write(new Inventory(++generation, engine.product(), now));
        if (line.length() > FeedLine.LONGEST / 4) {
            log.error(
                    "feed not published: {} characters (expected: at most {})",
                    line.length(),
                    FeedLine.LONGEST / 4);
            return;
        }
        bulletin.post(line);
    }

    @Override
    public void close() throws IOException {
        for (var server : servers) {
            server.close();
        }
    }
}
