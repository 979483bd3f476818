package dev.sallyport.core.docker;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;

/**
 * Docker: the first {@code dockerd} and {@code docker} of the path. {@code .ci/engine} puts others
 * before those.
 */
final class DockerEngine extends RealEngine {
    /** Said by whoever runs the tests on a machine that cannot run an engine. */
    static final String SWITCH = "SALLYPORT_DOCKER";

    private final Path folder;
    private final String namespace;
    private final List<String> options;
    private Process daemon;

    private DockerEngine(Path folder, String namespace, List<String> options) throws IOException {
        this.folder = folder;
        this.namespace = namespace;
        this.options = List.copyOf(options);
        this.daemon = daemon();
    }

    /**
     * Starts one with its data in a folder. A machine that cannot run it fails the test, unless
     * {@code SALLYPORT_DOCKER=optional} says that this is known.
     */
    static DockerEngine start(Path folder, String... options) {
        try {
            return started(folder, List.of(options));
        } catch (IOException | RuntimeException e) {
            if (!"optional".equals(System.getenv(SWITCH))) {
                throw new IllegalStateException(
                        "DOCKER TESTS NOT RUN: no engine (expected: root, docker.io; or "
                                + SWITCH
                                + "=optional)",
                        e);
            }
            System.err.println("DOCKER TESTS NOT RUN: no engine: " + e.getMessage());
            return Assumptions.abort("DOCKER TESTS NOT RUN: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static DockerEngine started(Path folder, List<String> options)
            throws IOException, InterruptedException {
        for (String tool : List.of("dockerd", "docker", "ip", "nsenter", "busybox")) {
            Tool.require(tool);
        }
        String namespace = newNamespace();
        DockerEngine engine = new DockerEngine(folder, namespace, options);
        try {
            engine.awaitUp(engine.daemon, engine.log());
            return engine;
        } catch (IOException | RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private Process daemon() throws IOException {
        List<String> command =
                inside(
                        List.of(
                                Tool.require("dockerd").toString(),
                                "--data-root",
                                folder.resolve("data").toString(),
                                "--exec-root",
                                folder.resolve("exec").toString(),
                                "--pidfile",
                                folder.resolve("pid").toString(),
                                "-H",
                                "unix://" + folder.resolve("docker.sock")));
        command.addAll(options);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    @Override
    Path socket() {
        return folder.resolve("docker.sock");
    }

    @Override
    List<String> client() {
        return List.of("docker", "-H", "unix://" + socket());
    }

    @Override
    Path folder() {
        return folder;
    }

    @Override
    String namespace() {
        return namespace;
    }

    /** The bytes of an image as it travels, through gzip. */
    long compressedImage(String name) throws IOException, InterruptedException {
        Process save =
                new ProcessBuilder("docker", "-H", "unix://" + socket(), "save", name)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        save.getOutputStream().close();
        AtomicLong size = new AtomicLong();
        OutputStream counting =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        size.incrementAndGet();
                    }

                    @Override
                    public void write(byte[] bytes, int from, int length) {
                        size.addAndGet(length);
                    }
                };
        try (OutputStream gzip = new GZIPOutputStream(counting, 64 * 1024)) {
            save.getInputStream().transferTo(gzip);
        }
        if (save.waitFor() != 0) {
            throw new IOException("docker save: exit " + save.exitValue() + " (expected: 0)");
        }
        return size.get();
    }

    private Path log() {
        return folder.resolve("dockerd.log");
    }

    /** Ends the engine in good order and starts it anew on the same data. */
    void restart() throws IOException, InterruptedException {
        stop();
        daemon = daemon();
        awaitUp(daemon, log());
    }

    void stop() throws InterruptedException {
        stop(daemon);
    }

    @Override
    public void close() {
        try {
            if (daemon.isAlive()) {
                removeAll();
            }
            stop();
            // Namespaces of an engine outlive it where a swarm was left in haste.
            run(
                    List.of(
                            "sh",
                            "-c",
                            "for each in '%s'/netns/*; do umount -l \"$each\" 2>/dev/null; done; true"
                                    .formatted(folder.resolve("exec"))));
            run(List.of("ip", "netns", "delete", namespace));
        } catch (IOException e) {
            throw new IllegalStateException("engine not ended", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
