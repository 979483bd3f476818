package dev.sallyport.core.tls;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@code openssl s_client} of this machine, run once; a missing one fails the test. */
final class OpenSslClient {
    /** What it printed, both streams, and how it ended. */
    record Run(int exit, String output) {}

    private OpenSslClient() {}

    /** Connects, sends a request and reads until the peer closes or the input ends. */
    static Run connect(int port, Path folder, String... options)
            throws IOException, InterruptedException {
        var request = folder.resolve("request-" + System.nanoTime());
        Files.writeString(request, "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
        var command =
                new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
        command.addAll(List.of(options));
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(request.toFile())
                        .start();
        try {
            var output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new AssertionError("openssl still runs after 20 s");
            }
            return new Run(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Connects and stays until the answer is there, so that what follows a handshake is there too.
     */
    static void connectUntilAnswered(int port, String... options)
            throws IOException, InterruptedException {
        var command =
                new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
        command.addAll(List.of(options));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            awaitLine(process.inputReader(), "HTTP/1.1 200 OK");
            process.getOutputStream().close();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new AssertionError("openssl still runs after 20 s");
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** Connects, asks to renegotiate and reads until the peer has had enough. */
    static Run renegotiate(int port, String... options) throws IOException, InterruptedException {
        var command =
                new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
        command.addAll(List.of(options));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().write("R\n".getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            var output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new AssertionError("openssl still runs after 20 s");
            }
            return new Run(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Changes its keys, asks the peer to change its own, and so on; then asks for a page. */
    static void updateKeys(int port, int times, String... options)
            throws IOException, InterruptedException {
        var command =
                new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
        command.addAll(List.of(options));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            var lines = process.inputReader();
            for (int i = 0; i < times; i++) {
                process.getOutputStream().write("K\n".getBytes(StandardCharsets.US_ASCII));
                process.getOutputStream().flush();
                awaitLine(lines, "KEYUPDATE");
            }
            process.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            awaitLine(lines, "HTTP/1.1 200 OK");
        } finally {
            process.destroyForcibly();
        }
    }

    private static void awaitLine(BufferedReader lines, String wanted) throws IOException {
        for (var line = lines.readLine(); !wanted.equals(line); line = lines.readLine()) {
            if (line == null) {
                throw new AssertionError("openssl ended before " + wanted);
            }
        }
    }
}
