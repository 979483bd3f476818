package dev.sallyport.core.docker;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Podman as root, with its service, and with all of its files in one folder. */
final class PodmanEngine extends RealEngine {

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
        String namespace = newNamespace();
        PodmanEngine engine = new PodmanEngine(folder, namespace);
        try {
            engine.awaitUp(engine.service, engine.log());
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
            stop(service);
            run(List.of("ip", "netns", "delete", namespace));
        } catch (IOException e) {
            throw new IllegalStateException("engine not ended", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
