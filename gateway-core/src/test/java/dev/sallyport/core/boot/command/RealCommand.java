package dev.sallyport.core.boot.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.core.support.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The command as an operator runs it: a process on the built jar, in a folder of its own that also
 * holds its state and its admin socket.
 */
public final class RealCommand implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 5_000_000;

    private final Process process;
    private final Path out;
    private final Path err;

    /** How a command ended and what it printed. */
    public record Finished(int exit, String out, String err) {}

    private RealCommand(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts the command with these words. */
    public static RealCommand start(Path folder, String... words) throws IOException {
        List<String> command = line();
        command.addAll(List.of(words));
        return program(folder, command);
    }

    /** Runs the command to its end. */
    public static Finished run(Path folder, String... words)
            throws IOException, InterruptedException {
        try (RealCommand started = start(folder, words)) {
            return started.finish();
        }
    }

    /** Starts another program in the same surroundings. */
    public static RealCommand program(Path folder, List<String> command) throws IOException {
        Path out = Files.createTempFile(folder, "out-", ".txt");
        Path err = Files.createTempFile(folder, "err-", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().remove("RUNTIME_DIRECTORY");
        builder.environment().remove("STATE_DIRECTORY");
        builder.environment().remove("SALLYPORT_LOG");
        builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
        builder.environment().put("XDG_STATE_HOME", folder.toString());
        builder.environment().put("NO_COLOR", "1");
        return new RealCommand(builder.start(), out, err);
    }

    /** How the command is started, without its words. */
    public static List<String> line() {
        Path core = Repository.root().resolve("gateway-core");
        return new ArrayList<>(
                List.of(
                        // Whoever runs the tests may ignore signals, which children inherit.
                        "env",
                        "--default-signal",
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "@" + core.resolve("src/dist/jvm.options"),
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        core.resolve("target/lib/sallyport.jar").toString()));
    }

    /** A port of the loopback address that nobody uses at present. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public String out() {
        return read(out);
    }

    public String err() {
        return read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until one of the two outputs holds this text. */
    public void awaitText(String text) {
        await(text, () -> out().contains(text) || err().contains(text));
    }

    /** Waits until this holds; fails with all that was printed. */
    public void await(String expectation, BooleanSupplier met) {
        long start = System.nanoTime();
        while (!met.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError(out() + err() + "(expected: " + expectation + ")");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Sends a signal such as {@code HUP}. */
    public void signal(String name) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException("kill: exit " + exit + " (expected: 0)");
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end. */
    public Finished finish() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(out() + err() + "(expected: ended)");
        }
        return new Finished(process.exitValue(), out(), err());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
