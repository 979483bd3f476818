package dev.sallyport.core.boot.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code demo}, and every line it tells people to try. */
@Timeout(60)
final class DemoIT {
    @TempDir private Path folder;

    @Test
    void everyLineItPrintsWorksAndNothingIsLeftBehind() throws Exception {
        Tool.require("curl");
        Path bin = Files.createDirectory(folder.resolve("bin"));
        script(
                bin.resolve("sallyport"),
                "exec " + String.join(" ", RealCommand.line()) + " \"$@\"");
        script(bin.resolve("editor"), "printf '# saved\\n' >>\"$1\"");

        try (RealCommand demo = RealCommand.start(folder, "demo")) {
            demo.awaitText("Below: the access log.");
            List<String> lines =
                    demo.out()
                            .lines()
                            .filter(line -> line.matches("  (curl|sallyport|\\$EDITOR) .*"))
                            .map(String::strip)
                            .toList();

            assertThat(lines).hasSize(8);
            assertThat(tried(lines.get(0))).contains("one", "two");
            assertThat(tried(lines.get(1))).contains("429");
            assertThat(tried(lines.get(2))).contains("/private");
            assertThat(tried(lines.get(3))).isEqualTo("short and stout");
            assertThat(tried(lines.get(4))).containsAnyOf("one", "two");
            assertThat(tried(lines.get(5))).contains("listeners", "private", "healthy");
            assertThat(tried(lines.get(6))).contains("limited", "wins", "rate-limit");
            tried(lines.get(7));
            demo.awaitText("configuration unchanged");

            Path place = Path.of(lines.get(7).substring("$EDITOR ".length())).getParent();
            assertThat(place).exists();
            demo.signal("INT");
            assertThat(demo.finish().exit()).isZero();
            assertThat(demo.out()).contains("GET /teapot HTTP/2.0\" 418");
            assertThat(place).doesNotExist();
        }
    }

    private String tried(String line) throws Exception {
        String shell =
                "PATH=%s:$PATH EDITOR=editor; export PATH; %s"
                        .formatted(folder.resolve("bin"), line);
        try (RealCommand started = RealCommand.program(folder, List.of("sh", "-ec", shell))) {
            RealCommand.Finished finished = started.finish();
            assertThat(finished.exit()).as(line + "\n" + finished).isZero();
            return finished.out();
        }
    }

    private static void script(Path file, String text) throws Exception {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
