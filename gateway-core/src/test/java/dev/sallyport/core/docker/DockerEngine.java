package dev.sallyport.core.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;

/**
 * A real engine in a network namespace of its own, so that its bridges and firewall rules stay off
 * the machine. "The host" of a test is that namespace.
 */
final class DockerEngine implements AutoCloseable {
    /** Said by whoever runs the tests on a machine that cannot run an engine. */
    static final String SWITCH = "SALLYPORT_DOCKER";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 20_000_000;

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
        String namespace = "sp-" + UUID.randomUUID().toString().substring(0, 8);
        run(List.of("ip", "netns", "add", namespace));
        run(List.of("ip", "-n", namespace, "link", "set", "lo", "up"));
        DockerEngine engine = new DockerEngine(folder, namespace, options);
        try {
            engine.awaitUp();
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
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("dockerd.log").toFile()))
                .start();
    }

    void awaitUp() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                docker("version");
                return;
            } catch (IOException e) {
                if (!daemon.isAlive() || System.nanoTime() - end > 0) {
                    throw new IOException(log() + "\n" + e.getMessage(), e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private String log() throws IOException {
        String text = Files.readString(folder.resolve("dockerd.log"));
        return text.substring(Math.max(0, text.length() - 2_000));
    }

    Path socket() {
        return folder.resolve("docker.sock");
    }

    /** Runs the engine's own command; its output without the last line end. */
    String docker(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker", "-H", "unix://" + socket()));
        command.addAll(List.of(words));
        return run(command);
    }

    /** The name of its network namespace. */
    String namespace() {
        return namespace;
    }

    /** A command line that runs inside of the engine's namespace. */
    List<String> inside(List<String> command) {
        List<String> inside = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace));
        inside.addAll(command);
        return inside;
    }

    /** The command line of a class of these tests that is a program of its own. */
    static List<String> program(Class<?> main, String... words) throws URISyntaxException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx32m",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                Path.of(
                                                main.getProtectionDomain()
                                                        .getCodeSource()
                                                        .getLocation()
                                                        .toURI())
                                        .toString(),
                                main.getName()));
        command.addAll(List.of(words));
        return command;
    }

    /** Asks with curl, from "the host". */
    String curl(String... words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("curl", "-sS", "--max-time", "10", "--noproxy", "*"));
        command.addAll(List.of(words));
        return run(inside(command));
    }

    /**
     * Makes the image {@code web}: a server that tells its name, of two megabytes.
     *
     * @param changes of the image, such as {@code EXPOSE 8080}
     */
    void importWeb(String name, String... changes) throws IOException, InterruptedException {
        Path root = Files.createTempDirectory(folder, "image-");
        for (String each : List.of("bin", "www/cgi-bin", "tmp", "etc")) {
            Files.createDirectories(root.resolve(each));
        }
        Files.copy(Tool.require("busybox"), root.resolve("bin/busybox"));
        for (String each : List.of("sh", "httpd", "sleep", "hostname", "cat", "wget", "nc", "ip")) {
            Files.createSymbolicLink(root.resolve("bin").resolve(each), Path.of("busybox"));
        }
        Path who = root.resolve("www/cgi-bin/who");
        Files.writeString(
                who, "#!/bin/sh\nprintf 'content-type: text/plain\\r\\n\\r\\n'\nhostname\n");
        Files.setPosixFilePermissions(who, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(root.resolve("www/index.html"), "hello\n");
        Path archive = folder.resolve(name + ".tar");
        run(List.of("tar", "-C", root.toString(), "-cf", archive.toString(), "."));
        List<String> words = new ArrayList<>(List.of("import"));
        for (String change : changes) {
            words.addAll(List.of("--change", change));
        }
        words.addAll(List.of(archive.toString(), name));
        docker(words.toArray(String[]::new));
    }

    /** The image most tests use: one exposed port. */
    void importWeb() throws IOException, InterruptedException {
        importWeb("web", "EXPOSE 8080", "CMD [\"httpd\",\"-f\",\"-p\",\"8080\",\"-h\",\"/www\"]");
    }

    /** Runs a container in the background with these words before its image {@code web}. */
    String web(String name, String... words) throws IOException, InterruptedException {
        List<String> all =
                new ArrayList<>(List.of("run", "-d", "--name", name, "--hostname", name));
        all.addAll(List.of(words));
        all.add("web");
        return docker(all.toArray(String[]::new));
    }

    /** Runs a container as compose would, with one label of ours, on the project's network. */
    String replica(String project, String service, String name, String label, String... more)
            throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "--network",
                                project + "_default",
                                "--label",
                                label,
                                "--label",
                                "com.docker.compose.project=" + project,
                                "--label",
                                "com.docker.compose.service=" + service));
        words.addAll(List.of(more));
        return web(name, words.toArray(String[]::new));
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

    /** Removes all containers. */
    void removeAll() throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("rm", "-f"));
        docker("ps", "-aq").lines().forEach(words::add);
        if (words.size() > 2) {
            docker(words.toArray(String[]::new));
        }
    }

    /** Ends the engine in good order and starts it anew on the same data. */
    void restart() throws IOException, InterruptedException {
        stop();
        daemon = daemon();
        awaitUp();
    }

    void stop() throws InterruptedException {
        daemon.destroy();
        if (!daemon.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            daemon.destroyForcibly().waitFor();
        }
    }

    static String run(List<String> command) throws IOException, InterruptedException {
        return run(command, Map.of());
    }

    /** Runs a command to its end; what it printed, or an exception with its complaints. */
    static String run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        StringBuilder problem = new StringBuilder();
        Thread errors =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                problem.append(
                                        new String(process.getErrorStream().readAllBytes(), UTF_8));
                            } catch (IOException e) {
                                problem.append(e.getMessage());
                            }
                        });
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        int exit = process.waitFor();
        errors.join();
        if (exit != 0) {
            throw new IOException(command + ": exit " + exit + ": " + problem);
        }
        return out.endsWith("\n") ? out.substring(0, out.length() - 1) : out;
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
