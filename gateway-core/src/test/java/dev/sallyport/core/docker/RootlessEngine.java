package dev.sallyport.core.docker;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Docker as an ordinary user runs it: {@code dockerd-rootless.sh}, with all files in a folder. */
final class RootlessEngine extends RealEngine {
    private static final String SCRIPT = "/usr/share/docker.io/contrib/dockerd-rootless.sh";

    /**
     * A user that the machine need not know, and a device that users may open, are mounted where
     * this engine alone sees them.
     */
    private static final String AS_USER =
            """
            cd "$0"
            printf 'root:x:0:0::/root:/bin/sh\\nuser:x:65000:65000::%s:/bin/sh\\n' "$0/home" > passwd
            printf 'root:x:0:\\nuser:x:65000:\\n' > group
            printf 'user:200000:65536\\n' > ids
            mknod -m 666 tun c 10 200
            mount --bind passwd /etc/passwd
            mount --bind group /etc/group
            mount --bind ids /etc/subuid
            mount --bind ids /etc/subgid
            mount --bind tun /dev/net/tun
            mkdir home run
            chown 65000:65000 home run
            export HOME="$0/home" XDG_RUNTIME_DIR="$0/run" PATH="$PATH:/usr/sbin:/sbin"
            exec setpriv --reuid=65000 --regid=65000 --clear-groups "$@"
            """;

    private final Path folder;
    private final String namespace;
    private final Process daemon;

    private RootlessEngine(Path folder, String namespace) throws IOException {
        this.folder = folder;
        this.namespace = namespace;
        daemon =
                new ProcessBuilder(
                                inside(
                                        List.of(
                                                "unshare",
                                                "--mount",
                                                "sh",
                                                "-ec",
                                                AS_USER,
                                                folder.toString(),
                                                Tool.require(SCRIPT).toString())))
                        .redirectErrorStream(true)
                        .redirectOutput(log().toFile())
                        .start();
    }

    /** Starts one; a machine that cannot run it fails the test. */
    static RootlessEngine start(Path folder) throws IOException, InterruptedException {
        for (String tool :
                List.of("rootlesskit", "slirp4netns", "newuidmap", "setpriv", "ip", "busybox")) {
            Tool.require(tool);
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        String namespace = newNamespace();
        RootlessEngine engine = new RootlessEngine(folder, namespace);
        try {
            engine.awaitUp(engine.daemon, engine.log());
            return engine;
        } catch (IOException | RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private Path log() {
        return folder.resolve("dockerd.log");
    }

    /** What is {@code $XDG_RUNTIME_DIR} to its user. */
    Path runtimeFolder() {
        return folder.resolve("run");
    }

    @Override
    Path socket() {
        return runtimeFolder().resolve("docker.sock");
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

    @Override
    public void close() {
        try {
            if (daemon.isAlive()) {
                removeAll();
            }
            stop(daemon);
            run(List.of("ip", "netns", "delete", namespace));
        } catch (IOException e) {
            throw new IllegalStateException("engine not ended", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
