package dev.sallyport.config.provider.docker;

import dev.sallyport.config.guard.feed.FeedLine;
import dev.sallyport.config.guard.json.JsonReader;
import dev.sallyport.config.guard.json.JsonWriter;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of containers, at rest: for an edge that starts while no guard answers, and for the
 * order of claims. Written whole or not at all.
 */
final class StateFile {
    private static final int VERSION = 1;
    private static final int LARGEST = 64 << 20;
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path file;

    /**
     * What a file holds.
     *
     * @param isOfThisBoot whether the machine has run since; otherwise addresses mean nothing
     */
    record State(List<Claims.Claim> claims, List<Roster.Entry> entries, boolean isOfThisBoot) {
        static final State NOTHING = new State(List.of(), List.of(), true);
    }

    StateFile(Path folder) {
        this.file = folder.resolve("docker.json");
    }

    State read() throws IOException {
        if (!Files.exists(file)) {
            return State.NOTHING;
        }
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + ": larger than 64MiB");
        }
        var json = new JsonReader(new StringReader(Files.readString(file)));
        List<Claims.Claim> claims = new ArrayList<>();
        List<Roster.Entry> entries = new ArrayList<>();
        long version = 0;
        var boot = "";
        json.beginObject();
        for (var name = json.nextName(); name != null; name = json.nextName()) {
            switch (name) {
                case "version" -> version = json.number();
                case "boot" -> boot = json.scalar();
                case "claims" -> {
                    json.beginArray();
                    while (json.nextItem()) {
                        claims.add(claim(texts(json)));
                    }
                }
                case "workloads" -> {
                    json.beginArray();
                    while (json.nextItem()) {
                        entries.add(entry(json));
                    }
                }
                default -> json.skip();
            }
        }
        if (version != VERSION) {
            throw new IOException(file + ": version " + version + " (expected: " + VERSION + ")");
        }
        return new State(claims, entries, boot.equals(bootId()));
    }

    private static Claims.Claim claim(Map<String, String> texts) {
        return new Claims.Claim(
                texts.getOrDefault("subject", ""),
                texts.getOrDefault("path", ""),
                new Owner(
                        texts.getOrDefault("project", ""),
                        texts.getOrDefault("container", ""),
                        texts.getOrDefault("network", "")),
                instant(texts.get("since")),
                instant(texts.get("seen")));
    }

    private static Roster.Entry entry(JsonReader json) throws IOException {
        dev.sallyport.config.guard.feed.Workload workload = null;
        var seen = Instant.EPOCH;
        String network = null;
        json.beginObject();
        for (var name = json.nextName(); name != null; name = json.nextName()) {
            switch (name) {
                case "workload" -> workload = FeedLine.workload(json);
                case "seen" -> seen = instant(json.scalar());
                case "network" -> network = json.scalar();
                default -> json.skip();
            }
        }
        if (workload == null) {
            throw new IOException("an entry without workload");
        }
        return new Roster.Entry(workload, seen, network);
    }

    private static Map<String, String> texts(JsonReader json) throws IOException {
        var texts = new HashMap<String, String>();
        json.beginObject();
        for (var name = json.nextName(); name != null; name = json.nextName()) {
            texts.put(name, json.scalar());
        }
        return texts;
    }

    private static Instant instant(@Nullable String seconds) {
        return seconds == null || !seconds.matches("[0-9]{1,11}")
                ? Instant.EPOCH
                : Instant.ofEpochSecond(Long.parseLong(seconds));
    }

    static String text(List<Claims.Claim> claims, List<Roster.Entry> entries) {
        var json = new JsonWriter().beginObject();
        json.name("version").value(VERSION);
        json.text("boot", bootId());
        json.name("claims").beginArray();
        for (var each : claims) {
            json.beginObject();
            json.text("subject", each.subject());
            json.text("path", each.path());
            json.text("project", each.owner().project());
            json.text("container", each.owner().container());
            json.text("network", each.owner().network());
            json.name("since").value(each.since().getEpochSecond());
            json.name("seen").value(each.seen().getEpochSecond());
            json.endObject();
        }
        json.endArray();
        json.name("workloads").beginArray();
        for (var each : entries) {
            json.beginObject();
            json.name("seen").value(each.seen().getEpochSecond());
            var network = each.network();
            json.text("network", network == null ? "" : network);
            json.name("workload");
            FeedLine.write(each.workload(), json);
            json.endObject();
        }
        return json.endArray().endObject().toString();
    }

    void write(String text) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        var next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, text, StandardCharsets.UTF_8);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String bootId() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException _) {
            return "unknown";
        }
    }

    /** Writes the newest state to its file, on a thread of its own, and not for each change. */
    static final class Saver implements AutoCloseable {
        private static final Logger log = LoggerFactory.getLogger(Saver.class);
        private static final Duration PAUSE = Duration.ofSeconds(1);

        private final StateFile file;
        private @Nullable String next;
        private boolean isClosed;
        private @Nullable Thread thread;

        private Saver(StateFile file) {
            this.file = file;
        }

        static Saver start(StateFile file) {
            var saver = new Saver(file);
            saver.thread = Thread.ofVirtual().name("docker-state").start(saver::run);
            return saver;
        }

        synchronized void save(String text) {
            next = text;
            notifyAll();
        }

        private void run() {
            try {
                while (true) {
                    var text = await();
                    if (text == null) {
                        return;
                    }
                    try {
                        file.write(text);
                    } catch (IOException e) {
                        log.error("state of containers not kept reason={}", e.toString());
                    }
                    rest();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        private synchronized @Nullable String await() throws InterruptedException {
            while (next == null && !isClosed) {
                wait();
            }
            var text = next;
            next = null;
            return text;
        }

        private synchronized void rest() throws InterruptedException {
            long end = System.nanoTime() + PAUSE.toNanos();
            for (long left = PAUSE.toMillis(); !isClosed && left > 0; ) {
                wait(left);
                left = (end - System.nanoTime()) / 1_000_000;
            }
        }

        /** What was given before is in the file when this returns. */
        @Override
        public void close() {
            synchronized (this) {
                isClosed = true;
                notifyAll();
            }
            var last = thread;
            if (last != null) {
                try {
                    last.join(5_000);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
