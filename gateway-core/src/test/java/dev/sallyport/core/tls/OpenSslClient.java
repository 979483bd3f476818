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

    private static final String REQUEST = "GET / HTTP/1.1\r\n\r\n";

    private OpenSslClient() {}

    /** Connects, sends a request and reads until the peer closes or the input ends. */
    static Run connect(int port, Path folder, String... options)
            throws IOException, InterruptedException {
        var request = folder.resolve("request-" + System.nanoTime());
        Files.writeString(request, "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
        var process = command(port, options).redirectInput(request.toFile()).start();
        try {
            return finish(process);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Connects and stays until the answer is there, so that what follows a handshake is there too.
     */
    static void connectUntilAnswered(int port, String... options)
            throws IOException, InterruptedException {
        var process = command(port, options).start();
        try {
            type(process, REQUEST);
            awaitLine(process.inputReader(), "HTTP/1.1 200 OK");
            process.getOutputStream().close();
            awaitEnd(process);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Connects, asks to renegotiate and reads until the peer has had enough. */
    static Run renegotiate(int port, String... options) throws IOException, InterruptedException {
        var process = command(port, options).start();
        try {
            type(process, "R\n");
            return finish(process);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Changes its keys, asks the peer to change its own, and so on; then asks for a page. */
    static void updateKeys(int port, int times, String... options)
            throws IOException, InterruptedException {
        var process = command(port, options).start();
        try {
            var lines = process.inputReader();
            for (int i = 0; i < times; i++) {
                type(process, "K\n");
                awaitLine(lines, "KEYUPDATE");
            }
            type(process, REQUEST);
            awaitLine(lines, "HTTP/1.1 200 OK");
        } finally {
            process.destroyForcibly();
        }
    }

    private static ProcessBuilder command(int port, String... options) {
        var command =
                new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
        command.addAll(List.of(options));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    private static void type(Process process, String text) throws IOException {
        process.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
    }

    /** Reads to the end. */
    private static Run finish(Process process) throws IOException, InterruptedException {
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        awaitEnd(process);
        return new Run(process.exitValue(), output);
    }

    private static void awaitEnd(Process process) throws InterruptedException {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new AssertionError("openssl still runs after 20 s");
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
