package dev.sallyport.core.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
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
import java.util.concurrent.locks.LockSupport;

/**
 * A real engine in a network namespace of its own, so that its bridges and firewall rules stay off
 * the machine. "The host" of a test is that namespace.
 */
abstract class RealEngine implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 20_000_000;

    /** Where its API is. */
    abstract Path socket();

    /** The command line of its own client, before the words. */
    abstract List<String> client();

    /** Of the files of one run. */
    abstract Path folder();

    /** The name of its network namespace. */
    abstract String namespace();

    /**
     * Runs a command of {@code docker}, all of which {@code podman} knows as well; its output
     * without the last line end.
     */
    String docker(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(client());
        command.addAll(List.of(words));
        return run(command);
    }

    /** Waits until it answers; where it does not, tells what it wrote to its log. */
    void awaitUp(Process daemon, Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                docker("version");
                // Podman's client does without the service.
                if (Files.exists(socket())) {
                    return;
                }
                throw new IOException("no socket yet");
            } catch (IOException e) {
                if (!daemon.isAlive() || System.nanoTime() - end > 0) {
                    throw new IOException(end(log) + "\n" + e.getMessage(), e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private static String end(Path log) throws IOException {
        String text = Files.readString(log);
        return text.substring(Math.max(0, text.length() - 2_000));
    }

    static void stop(Process daemon) throws InterruptedException {
        daemon.destroy();
        if (!daemon.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            daemon.destroyForcibly().waitFor();
        }
    }

    /** Makes a network namespace with its loopback up; its name. */
    static String newNamespace() throws IOException, InterruptedException {
        String namespace = "sp-" + UUID.randomUUID().toString().substring(0, 8);
        run(List.of("ip", "netns", "add", namespace));
        run(List.of("ip", "-n", namespace, "link", "set", "lo", "up"));
        return namespace;
    }

    /** A command line that runs inside of the engine's namespace. */
    List<String> inside(List<String> command) {
        List<String> inside =
                new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace()));
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
        Path root = Files.createTempDirectory(folder(), "image-");
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
        Path archive = folder().resolve(name + ".tar");
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

    /** The name that compose gave to a service's first container: docker-compose 1 and 2 differ. */
    String composed(String project, String service) throws IOException, InterruptedException {
        return docker(
                        "ps",
                        "-a",
                        "--filter",
                        "label=com.docker.compose.project=" + project,
                        "--filter",
                        "label=com.docker.compose.service=" + service,
                        "--format",
                        "{{.Names}}")
                .lines()
                .findFirst()
                .orElseThrow(() -> new IOException(project + "/" + service + ": no container"));
    }

    /** What a container wrote, to whichever of its two outputs. */
    String logs(String container) throws IOException, InterruptedException {
        return run(
                List.of(
                        "sh",
                        "-c",
                        "docker -H unix://%s logs %s 2>&1".formatted(socket(), container)));
    }

    /** Removes all containers. */
    void removeAll() throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("rm", "-f"));
        docker("ps", "-aq").lines().forEach(words::add);
        if (words.size() > 2) {
            docker(words.toArray(String[]::new));
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
    public abstract void close();
}
