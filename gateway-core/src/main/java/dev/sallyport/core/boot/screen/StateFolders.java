package dev.sallyport.core.boot.screen;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where state is kept when the configuration does not say. */
public final class StateFolders {
    private StateFolders() {}

    /**
     * The folder for state at rest.
     *
     * @param environment variables by name: {@code System::getenv}
     */
    public static Path find(Function<String, @Nullable String> environment) {
        // systemd's StateDirectory= may name several, separated by colons; the first is ours.
        String systemd = environment.apply("STATE_DIRECTORY");
        if (systemd != null && !systemd.isEmpty()) {
            return Path.of(systemd.split(":", 2)[0]);
        }
        String state = environment.apply("XDG_STATE_HOME");
        if (state != null && state.startsWith("/")) {
            return Path.of(state, "sallyport");
        }
        Path system = Path.of("/var/lib/sallyport");
        String home = environment.apply("HOME");
        if (Files.isWritable(system) || Files.isWritable(Path.of("/var/lib")) || home == null) {
            return system;
        }
        return Path.of(home, ".local/state/sallyport");
    }
}
