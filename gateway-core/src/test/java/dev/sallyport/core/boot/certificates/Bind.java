package dev.sallyport.core.boot.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A real name server with two zones that take signed updates of TXT records. */
final class Bind implements AutoCloseable {
    static final String KEY = "c2FsbHlwb3J0LXRlc3Qta2V5LW9mLTMyLWJ5dGVzISE=";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final int port;
    private final Process process;

    private Bind(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    static Bind start(Path folder) throws IOException {
        Path named = Tool.require("named");
        Files.createDirectories(folder);
        int port = Pebble.freePort();
        for (String zone : new String[] {"example.com", "acme.test"}) {
            Files.writeString(
                    folder.resolve(zone + ".zone"),
                    """
                    $TTL 5
                    @ IN SOA ns.%1$s. admin.%1$s. 1 3600 600 86400 5
                    @ IN NS ns.%1$s.
                    ns IN A 127.0.0.1
                    %2$s
                    """
                            .formatted(
                                    zone,
                                    zone.equals("example.com")
                                            ? "_acme-challenge.alias IN CNAME alias.acme.test."
                                            : ""));
        }
        Files.writeString(
                folder.resolve("named.conf"),
                """
                key "sallyport" { algorithm hmac-sha256; secret "%s"; };
                options {
                  directory "%s"; pid-file "%s/named.pid"; session-keyfile "%s/session.key";
                  listen-on port %d { 127.0.0.1; }; listen-on-v6 { none; };
                  recursion yes; allow-query { any; }; dnssec-validation no;
                };
                controls { };
                zone "example.com" { type primary; file "example.com.zone";
                  update-policy { grant sallyport zonesub TXT; }; };
                zone "acme.test" { type primary; file "acme.test.zone";
                  update-policy { grant sallyport zonesub TXT; }; };
                """
                        .formatted(KEY, folder, folder, folder, port));
        Path log = folder.resolve("named.log");
        Process process =
                new ProcessBuilder(
                                named.toString(),
                                "-g",
                                "-c",
                                folder.resolve("named.conf").toString())
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        long begin = System.nanoTime();
        while (!isListening(port)) {
            if (System.nanoTime() - begin > PATIENCE.toNanos() || !process.isAlive()) {
                process.destroyForcibly();
                throw new IllegalStateException(Files.readString(log, UTF_8));
            }
            LockSupport.parkNanos(20_000_000);
        }
        return new Bind(port, process);
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
