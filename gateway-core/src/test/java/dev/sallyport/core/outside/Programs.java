package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Runs programs of this machine, their output in a folder. */
record Programs(Path folder) {
    static String tool(String name) {
        return Tool.require(name).toString();
    }

    static int freePort() {
        try (var unused = RawServer.answering(request -> "")) {
            return unused.port();
        }
    }

    /** Runs a program to its good end; what it wrote, whichever way. */
    String run(String... command) throws Exception {
        Finished finished = finish(command);
        assertThat(finished.exit()).as(finished.text()).isZero();
        return finished.text();
    }

    /** How a program ended. */
    record Finished(int exit, String text) {}

    Finished finish(String... command) throws Exception {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as(String.join(" ", command))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Finished(process.exitValue(), Files.readString(output, UTF_8));
    }

    /** Starts a server, and waits until it accepts. */
    Running server(int port, String... command) throws Exception {
        return start(() -> accepts(port), command);
    }

    /** Starts a program, and waits until it is up. */
    Running start(BooleanSupplier up, String... command) throws Exception {
        Path output = Files.createTempFile(folder, "server", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean isUp = Await.reached(Duration.ofSeconds(30), up);
        if (!isUp) {
            process.destroyForcibly();
        }
        assertThat(isUp).as(Files.readString(output)).isTrue();
        return new Running(process);
    }

    private static boolean accepts(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A program that ends with the test. */
    record Running(Process process) implements AutoCloseable {
        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
