package dev.sallyport.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * {@code ./sallyport} in a checkout of a few empty files, with a Maven that notes that it ran and a
 * JDK whose Java prints its arguments.
 *
 * <p>Alone, for the reason that {@link DistributionLauncherTest} gives.
 */
@Isolated
class SourceLauncherTest {
    private static final Instant BEFORE = Instant.parse("2026-11-01T00:00:00Z");

    @TempDir private Path root;

    @BeforeEach
    void layOutCheckout() throws IOException {
        write("sallyport", Files.readString(Repository.root().resolve("sallyport")));
        write("pom.xml", "");
        write(".mvn/jvm.config", "");
        write("gateway-core/pom.xml", "");
        write("gateway-core/src/main/Main.java", "");
        write("gateway-core/src/dist/jvm.options", "");
        write("tools/mvn", "#!/bin/sh\necho ran >>maven.log\n");
        write("jdk/release", "JAVA_VERSION=\"25.0.3\"\n");
        write("jdk/bin/javac", "");
        write("jdk/bin/java", "#!/bin/sh\nprintf '%s\\n' \"as $SALLYPORT_COMMAND\" \"$@\"\n");
        for (String folder : List.of("gateway-core/src/main", "gateway-core/src/dist", ".mvn")) {
            Files.setLastModifiedTime(root.resolve(folder), FileTime.from(BEFORE));
        }
    }

    @Test
    void buildsOnceAndRuns() throws Exception {
        var first = finish(start("proxy", "--to", "a b"));
        var second = finish(start("demo"));

        assertThat(first.lines())
                .anyMatch(line -> line.startsWith("sallyport: built in "))
                .endsWith(
                        "@" + root.resolve("gateway-core/src/dist/jvm.options"),
                        "-jar",
                        root.resolve("gateway-core/target/lib/sallyport.jar").toString(),
                        "proxy",
                        "--to",
                        "a b");
        assertThat(first.lines()).contains("as " + root.resolve("sallyport"));
        assertThat(second.lines()).endsWith("demo").noneMatch(line -> line.contains("building"));
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void buildsAgainWhenSourceIsGone() throws Exception {
        finish(start("demo"));

        Files.delete(root.resolve("gateway-core/src/main/Main.java"));
        finish(start("demo"));

        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void buildsOnceForStartsAtTheSameTime() throws Exception {
        List<Process> started = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            started.add(start("demo"));
        }

        for (Process process : started) {
            assertThat(finish(process).exit()).isZero();
        }
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void showsWhatFailedAndBuildsAnew() throws Exception {
        write(
                "tools/mvn",
                "#!/bin/sh\necho '[INFO] noise'\necho '[ERROR] no such symbol'\nexit 1\n");

        var failed = finish(start("demo"));
        write("tools/mvn", "#!/bin/sh\necho ran >>maven.log\n");
        var mended = finish(start("demo"));

        assertThat(failed.exit()).isEqualTo(70);
        assertThat(failed.lines())
                .contains("[ERROR] no such symbol")
                .doesNotContain("[INFO] noise")
                .last()
                .asString()
                .contains("build failed", "gateway-core/target/build.log");
        assertThat(mended.lines()).endsWith("demo");
    }

    @Test
    void runsDistributionWhileItIsCurrent() throws Exception {
        write("gateway-core/target/dist/bin/sallyport", "#!/bin/sh\necho distribution \"$@\"\n");
        write("gateway-core/target/dist.built", "");
        assertThat(finish(start("demo")).lines()).containsExactly("distribution demo");

        Files.setLastModifiedTime(
                root.resolve("gateway-core/src/main/Main.java"),
                FileTime.from(BEFORE.plusSeconds(1)));

        assertThat(finish(start("demo")).lines()).doesNotContain("distribution demo");
    }

    private Process start(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(root.resolve("sallyport").toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("SALLYPORT_JVM_OPTIONS");
        builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
        builder.environment()
                .merge(
                        "PATH",
                        root.resolve("tools").toString(),
                        (path, tools) -> tools + ":" + path);
        return builder.start();
    }

    private static Finished finish(Process process) throws Exception {
        List<String> lines = process.inputReader().readAllLines();
        return new Finished(process.waitFor(), lines);
    }

    private long builds() throws IOException {
        return Files.readAllLines(root.resolve("maven.log")).size();
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setLastModifiedTime(file, FileTime.from(BEFORE));
    }

    /** How a start ended and what it printed. */
    private record Finished(int exit, List<String> lines) {}
}
