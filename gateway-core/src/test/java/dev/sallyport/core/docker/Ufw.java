package dev.sallyport.core.docker;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A real UFW on an engine's "host", with settings of its own in place of the machine's. */
final class Ufw {
    private final RealEngine engine;
    private final Path settings;

    private Ufw(RealEngine engine, Path settings) {
        this.engine = engine;
        this.settings = settings;
    }

    /** One that is off, as Debian installs it. */
    static Ufw on(RealEngine engine, Path folder) throws IOException, InterruptedException {
        Tool.require("ufw");
        Path settings = folder.resolve("ufw");
        RealEngine.run(List.of("cp", "-a", "/etc/ufw", settings.toString()));
        return new Ufw(engine, settings);
    }

    String ufw(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Tool.require("ufw").toString()));
        command.addAll(List.of(words));
        return RealEngine.run(inside(command));
    }

    /** What an administrator appends by hand. */
    void append(String file, String lines) throws IOException {
        Files.writeString(settings.resolve(file), lines, StandardOpenOption.APPEND);
    }

    /** A command line that runs on the host and sees these settings. */
    List<String> inside(List<String> command) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                "mount --bind \"$0\" /etc/ufw && exec \"$@\"",
                                settings.toString()));
        all.addAll(command);
        return engine.inside(all);
    }
}
