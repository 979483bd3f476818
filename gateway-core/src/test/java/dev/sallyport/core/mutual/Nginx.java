package dev.sallyport.core.mutual;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One that verifies its clients and tells whom it saw. */
record Nginx(Process process, int port) implements AutoCloseable {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    static Nginx start(Path folder, Path certificate, Path key, Path ca)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (true) {
            // Free now, and perhaps not when nginx takes it: then another.
            Nginx begun = begin(folder, certificate, key, ca, freePort());
            if (begun.awaitBound(folder)) {
                return begun;
            }
            begun.close();
            if (System.nanoTime() - start > PATIENCE) {
                throw new AssertionError(Files.readString(folder.resolve("nginx.log")));
            }
        }
    }

    private static Nginx begin(Path folder, Path certificate, Path key, Path ca, int port)
            throws IOException {
        Files.deleteIfExists(folder.resolve("nginx.pid"));
        Path config =
                Files.writeString(
                        folder.resolve("nginx.conf"),
                        """
                        daemon off; master_process off; pid %1$s/nginx.pid; error_log stderr;
                        events {}
                        http {
                          access_log off;
                          client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2;
                          fastcgi_temp_path %1$s/t3; uwsgi_temp_path %1$s/t4;
                          scgi_temp_path %1$s/t5;
                          server {
                            listen 127.0.0.1:%2$d ssl;
                            ssl_certificate %3$s;
                            ssl_certificate_key %4$s;
                            ssl_client_certificate %5$s;
                            ssl_verify_client on;
                            location / {
                              return 200 "$ssl_client_verify $ssl_client_s_dn issued by $ssl_client_i_dn\\n";
                            }
                          }
                        }
                        """
                                .formatted(folder, port, certificate, key, ca));
        Process process =
                new ProcessBuilder(
                                Tool.require("nginx").toString(),
                                "-p",
                                folder.toString(),
                                "-c",
                                config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("nginx.log").toFile())
                        .start();
        return new Nginx(process, port);
    }

    /** Whether it has its port: its number is written once it has. */
    private boolean awaitBound(Path folder) throws IOException {
        long start = System.nanoTime();
        Path number = folder.resolve("nginx.pid");
        while (process.isAlive() && System.nanoTime() - start < PATIENCE) {
            if (Files.exists(number) && Files.size(number) > 0) {
                return true;
            }
            LockSupport.parkNanos(2_000_000);
        }
        return false;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
