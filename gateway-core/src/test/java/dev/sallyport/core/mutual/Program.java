package dev.sallyport.core.mutual;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the machine, run once. */
final class Program {
    private static final long PATIENCE = 30;

    /** What it printed, both streams, and how it ended. */
    record Run(int exit, String output) {
        String require() {
            if (exit != 0) {
                throw new AssertionError("ended with " + exit + ":\n" + output);
            }
            return output;
        }
    }

    private Program() {}

    static Run run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
                throw new AssertionError("still runs: " + command);
            }
            return new Run(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Says something to a program and reads until it ends; its input stays open meanwhile. */
    static String talk(List<String> command, String said) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
                throw new AssertionError("still runs: " + command);
            }
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Asks a host whose name resolves to loopback; the answer's status stands last. */
    static Run curl(int port, String host, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.addAll(
                List.of(
                        Tool.require("curl").toString(),
                        "--silent",
                        "--show-error",
                        "--insecure",
                        "--max-time",
                        "20",
                        "--resolve",
                        host + ":" + port + ":127.0.0.1",
                        "--write-out",
                        "\nstatus=%{http_code} version=%{http_version}\n"));
        command.addAll(List.of(options));
        command.add("https://" + host + ":" + port + "/");
        return run(command);
    }

    /** The same where the authority is known, and another page may be meant. */
    static Run curlTrusting(String ca, int port, String host, String path, String... options)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Tool.require("curl").toString(),
                                "--silent",
                                "--show-error",
                                "--max-time",
                                "20",
                                "--cacert",
                                ca,
                                "--resolve",
                                host + ":" + port + ":127.0.0.1",
                                "--write-out",
                                "\nstatus=%{http_code}\n",
                                "https://" + host + ":" + port + path));
        command.addAll(List.of(options));
        return run(command);
    }

    /** What {@code openssl s_client} says of a handshake. */
    static String hello(int port, String... options) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Tool.require("openssl").toString(),
                                "s_client",
                                "-connect",
                                "127.0.0.1:" + port));
        command.addAll(List.of(options));
        return run(command).output();
    }
}
