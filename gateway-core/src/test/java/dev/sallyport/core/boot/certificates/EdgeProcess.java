package dev.sallyport.core.boot.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An edge as a process of its own, which can be killed. */
final class EdgeProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    private EdgeProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts one with these listeners; several may share a storage folder. */
    static EdgeProcess start(Path folder, String name, int http, int tls, Path storage, String yaml)
            throws IOException {
        Path config = folder.resolve(name + ".yaml");
        Files.writeString(
                config,
                """
                listeners:
                  web: {address: "127.0.0.1:%d"}
                  secure: {address: "127.0.0.1:%d", tls: {}}
                storage: {folder: "%s"}
                runtime: {loops: 1}
                admin: {socket: "%s/%s.sock"}
                %s
                """
                        .formatted(http, tls, storage, folder, name, yaml));
        Path log = Files.createTempFile(folder, name + "-", ".log");
        var builder = builder("run", "--config", config.toString());
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        return new EdgeProcess(builder.start(), log);
    }

    private static ProcessBuilder builder(String... words) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.sallyport.core.boot.command.Main"));
        command.addAll(List.of(words));
        return new ProcessBuilder(command);
    }

    /** Runs another verb to its end; its exit code and all it printed. */
    static String command(Path folder, String... words) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out-", ".txt");
        Process process =
                builder(words).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return process.waitFor() + " " + Files.readString(out, UTF_8);
    }

    String log() {
        try {
            return Files.readString(log, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As kill -9 does. */
    void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        kill();
    }
}
