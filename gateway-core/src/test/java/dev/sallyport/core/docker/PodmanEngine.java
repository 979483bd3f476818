package dev.sallyport.core.docker;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Podman as root, with its service, and with all of its files in one folder. */
final class PodmanEngine extends RealEngine {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 20_000_000;

    private final Path folder;
    private final String namespace;
    private final Process service;

    private PodmanEngine(Path folder, String namespace) throws IOException {
        this.folder = folder;
        this.namespace = namespace;
        List<String> command = new ArrayList<>(client());
        command.addAll(List.of("system", "service", "--time=0", "unix://" + socket()));
        service =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log().toFile())
                        .start();
    }

    /** Starts one; a machine that cannot run it fails the test. */
    static PodmanEngine start(Path folder) throws IOException, InterruptedException {
        for (String tool : List.of("podman", "ip", "nsenter", "busybox")) {
            Tool.require(tool);
        }
        Files.writeString(folder.resolve("containers.conf"), configuration(folder));
        String namespace = "sp-" + UUID.randomUUID().toString().substring(0, 8);
        run(List.of("ip", "netns", "add", namespace));
        run(List.of("ip", "-n", namespace, "link", "set", "lo", "up"));
        PodmanEngine engine = new PodmanEngine(folder, namespace);
        try {
            engine.awaitUp();
            return engine;
        } catch (IOException | RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /**
     * Modest limits, which any process may give, and nothing that others of the machine would see.
     */
    private static String configuration(Path folder) throws IOException {
        return """
        [containers]
        default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
        [engine]
        cgroup_manager = "cgroupfs"
        events_logger = "file"
        lock_type = "file"
        [network]
        network_config_dir = "%s"
        """
                .formatted(Files.createDirectory(folder.resolve("networks")));
    }

    private void awaitUp() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(socket())) {
            if (!service.isAlive() || System.nanoTime() - end > 0) {
                throw new IOException("podman: no service\n" + Files.readString(log()));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        docker("version");
    }

    private Path log() {
        return folder.resolve("podman.log");
    }

    @Override
    Path socket() {
        return folder.resolve("podman.sock");
    }

    @Override
    List<String> client() {
        return inside(
                List.of(
                        "env",
                        "CONTAINERS_CONF=" + folder.resolve("containers.conf"),
                        Tool.require("podman").toString(),
                        "--root",
                        folder.resolve("root").toString(),
                        "--runroot",
                        folder.resolve("run").toString(),
                        "--tmpdir",
                        folder.resolve("tmp").toString(),
                        "--storage-driver",
                        "vfs"));
    }

    @Override
    Path folder() {
        return folder;
    }

    @Override
    String namespace() {
        return namespace;
    }

    @Override
    public void close() {
        try {
            if (service.isAlive()) {
                removeAll();
            }
            service.destroy();
            if (!service.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                service.destroyForcibly().waitFor();
            }
            run(List.of("ip", "netns", "delete", namespace));
        } catch (IOException e) {
            throw new IllegalStateException("engine not ended", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
