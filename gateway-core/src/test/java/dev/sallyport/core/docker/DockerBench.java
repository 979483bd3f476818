package dev.sallyport.core.docker;

import dev.sallyport.core.boot.command.RealCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * An engine, a guard and an edge, each a process as operators run them, in the engine's namespace.
 */
final class DockerBench implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 5_000_000;
    private static final String LISTENERS =
            """
            listeners: {web: {address: "127.0.0.1:8080"}, secure: {address: "127.0.0.1:8443", tls: {}}}
            access-log: off
            """;

    final RealEngine engine;
    final Path folder;
    private RealCommand guard;
    private RealCommand edge;

    private DockerBench(RealEngine engine, Path folder) {
        this.engine = engine;
        this.folder = folder;
    }

    /** A bench on a running engine, with nothing else running. */
    static DockerBench on(RealEngine engine, Path folder) {
        return new DockerBench(engine, folder);
    }

    /** Where the guard offers its feed. */
    Path feed() {
        return folder.resolve("feed.sock");
    }

    DockerBench guard() throws IOException {
        return guard("--engine", "unix://" + engine.socket());
    }

    DockerBench guard(String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of("guard", "--feed", feed().toString()));
        all.addAll(List.of(words));
        guard = start(all);
        guard.awaitText("engine followed");
        return this;
    }

    /** Starts an edge on the feed, with more configuration. */
    DockerBench edge(String more) throws IOException {
        configure(more);
        edge = start(List.of("run", "--config", configuration().toString()));
        edge.awaitText("edge started");
        return this;
    }

    DockerBench edge() throws IOException {
        return edge("providers: {docker: " + "\"unix:" + feed() + "\"}\n");
    }

    void configure(String more) throws IOException {
        Files.writeString(configuration(), LISTENERS + more);
    }

    private Path configuration() {
        return folder.resolve("sallyport.yaml");
    }

    private RealCommand start(List<String> words) throws IOException {
        List<String> line = RealCommand.line();
        line.addAll(words);
        return RealCommand.program(folder, engine.inside(line));
    }

    RealCommand runningGuard() {
        return guard;
    }

    RealCommand runningEdge() {
        return edge;
    }

    /** Runs a verb that asks the edge. */
    String ask(String... words) throws IOException, InterruptedException {
        return RealCommand.run(folder, words).out();
    }

    /** The status and body of a plain request, such as {@code 200 web-1}. */
    String get(String host, String path) throws IOException, InterruptedException {
        String answer =
                engine.curl(
                        "-H",
                        "host: " + host,
                        "-w",
                        "%{http_code}",
                        "http://127.0.0.1:8080" + path);
        String status = answer.substring(answer.length() - 3);
        return status + " " + answer.substring(0, answer.length() - 3).strip();
    }

    /** Asks until the answer is this. */
    void awaitGet(String host, String path, String expected)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String answer = get(host, path);
        while (!answer.startsWith(expected)) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        answer + " (expected: " + expected + ")\n" + edge.err() + guard.err());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            answer = get(host, path);
        }
    }

    /** Waits until status has this text, and soon after it that one. */
    void awaitStatus(String text, String expected) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isFollowed(status(), text, expected)) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        status() + edge.err() + "(expected: " + text + " " + expected + ")");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static boolean isFollowed(String status, String text, String expected) {
        int at = status.indexOf(text);
        return at >= 0
                && status.substring(at, Math.min(status.length(), at + 400)).contains(expected);
    }

    /** What the edge says of itself, as JSON without white space. */
    String status() throws IOException, InterruptedException {
        return RealEngine.run(
                        List.of(
                                "curl",
                                "-sS",
                                "--unix-socket",
                                folder.resolve("sallyport/admin.sock").toString(),
                                "http://localhost/status"))
                .replaceAll("\\s+", "");
    }

    @Override
    public void close() {
        if (edge != null) {
            edge.close();
        }
        if (guard != null) {
            guard.close();
        }
    }
}
