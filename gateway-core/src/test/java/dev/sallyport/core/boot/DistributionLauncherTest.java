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
 * The distribution's launcher, with a run time that prints its arguments in place of Java.
 *
 * <p>Alone, as it writes programs and runs them: a process that another test starts meanwhile could
 * hold them open for writing, and the system runs no such file.
 */
@Isolated
class DistributionLauncherTest {
    private static final Instant BUILT = Instant.parse("2026-11-01T00:00:00Z");

    @TempDir private Path home;

    @BeforeEach
    void layOutDistribution() throws IOException {
        write("bin/sallyport", Files.readString(source("sallyport")));
        write("runtime/bin/java", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        write("lib/sallyport.jar", "");
        write("lib/netty.jar", "");
        write("lib/sallyport.aot", "");
    }

    @Test
    void startsWithFlagsNativeCodeCacheAndTheWordsGiven() throws Exception {
        assertThat(launch("run", "--config", "a b.yaml"))
                .containsExactly(
                        "@" + home.resolve("lib/jvm.options"),
                        "-XX:AOTCache=" + home.resolve("lib/sallyport.aot"),
                        "-Djava.library.path=" + home.resolve("lib/native"),
                        "-jar",
                        home.resolve("lib/sallyport.jar").toString(),
                        "run",
                        "--config",
                        "a b.yaml");
    }

    @Test
    void leavesCacheOlderThanAnyJarAlone() throws Exception {
        Files.setLastModifiedTime(
                home.resolve("lib/netty.jar"), FileTime.from(BUILT.plusSeconds(1)));

        assertThat(launch("demo"))
                .contains("demo")
                .noneMatch(argument -> argument.startsWith("-XX:AOTCache"));
    }

    @Test
    void isFoundThroughSymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(home.resolve("link"), home.resolve("bin/sallyport"));

        assertThat(run(link.toString())).contains(home.resolve("lib/sallyport.jar").toString());
    }

    @Test
    void everyFlagHasTheFormTheJvmReads() throws IOException {
        assertThat(Files.readAllLines(source("jvm.options")))
                .allMatch(line -> line.matches("# .*|-\\S+"))
                .contains("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
    }

    private List<String> launch(String... words) throws Exception {
        var command = new ArrayList<String>();
        command.add(home.resolve("bin/sallyport").toString());
        command.addAll(List.of(words));
        return run(command.toArray(String[]::new));
    }

    private static List<String> run(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("SALLYPORT_JVM_OPTIONS");
        Process process = builder.start();
        List<String> lines = process.inputReader().readAllLines();
        assertThat(process.waitFor()).isZero();
        return lines;
    }

    private static Path source(String name) {
        return Repository.root().resolve("gateway-core/src/dist").resolve(name);
    }

    private void write(String name, String text) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setLastModifiedTime(file, FileTime.from(BUILT));
    }
}
