package dev.sallyport.config.audit.engine;

import dev.sallyport.config.audit.seen.Mount;
import dev.sallyport.config.audit.seen.Service;
import java.util.List;

/** Where engines have their sockets, and who stands before them. */
final class Sockets {
    private static final List<String> NAMES =
            List.of("docker.sock", "podman.sock", "containerd.sock", "crio.sock");
    private static final List<String> FOLDERS = List.of("/", "/run", "/var", "/var/run");

    private Sockets() {}

    /** Whether there is a socket of an engine in what is mounted. */
    static boolean isWithin(Mount mount) {
        var source = mount.source();
        var name = source.substring(source.lastIndexOf('/') + 1);
        return NAMES.contains(name)
                || FOLDERS.contains(source)
                || source.endsWith("/containerd")
                || source.endsWith("/podman");
    }

    /** Whether a service passes on what is asked of the engine. */
    static boolean isProxy(Service service) {
        var path = service.imagePath();
        return path.contains("socket-proxy") || path.contains("dockerproxy");
    }
}
