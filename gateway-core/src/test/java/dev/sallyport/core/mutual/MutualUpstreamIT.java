package dev.sallyport.core.mutual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An nginx that asks the edge who it is. */
final class MutualUpstreamIT {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    @TempDir static Path folder;

    @BeforeAll
    static void issue() throws Exception {
        var ca = OpensslAuthority.create(folder, "ca");
        ca.issue("nginx", "subjectAltName=DNS:nginx.test");
        ca.issue("edge", "extendedKeyUsage=clientAuth");
        ca.issue("edge2", "extendedKeyUsage=clientAuth");
        OpensslAuthority.create(folder, "other").issue("stranger", "extendedKeyUsage=clientAuth");
    }

    private static String yaml(int port, String key, String more) {
        return """
        listeners:
          web: {address: "127.0.0.1:0"}
        routes:
          app: {path-prefix: /app, forward: app}
          rest: {forward: plain}
        upstreams:
          plain: "127.0.0.1:%%d"
          app:
            endpoints: ["https://127.0.0.1:%d"]
            tls:
              server-name: nginx.test
              ca-file: "%s"
              client-certificate: {certificate-file: "%s", key-file: "%s"}
        %s
        """
                .formatted(port, file("ca.pem"), file(key + ".pem"), file(key + ".key"), more);
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void theEdgeShowsItsCertificateAndItsSuccessor() throws Exception {
        try (var nginx = Nginx.start(folder)) {
            for (String each : List.of(".pem", ".key")) {
                Files.copy(
                        folder.resolve("edge" + each),
                        folder.resolve("present" + each),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            try (var edge =
                    MutualEdge.start(
                            folder,
                            yaml(
                                    nginx.port(),
                                    "present",
                                    "    health: {path: /, interval: 100ms}\n"
                                            + "    idle-connections: 0"))) {
                assertThat(ask(edge, "/app")).contains("SUCCESS CN=edge");

                for (String each : List.of(".pem", ".key")) {
                    Files.copy(
                            folder.resolve("edge2" + each),
                            folder.resolve("present" + each),
                            StandardCopyOption.REPLACE_EXISTING);
                }
                edge.gateway().refreshTls();
                assertThat(ask(edge, "/app")).contains("SUCCESS CN=edge2");

                Files.writeString(folder.resolve("present.pem"), "nothing");
                edge.gateway().refreshTls();
                assertThat(ask(edge, "/app")).contains("SUCCESS CN=edge2");
                assertThat(edge.gateway().tlsProblems())
                        .singleElement()
                        .asString()
                        .startsWith("upstreams.app.tls: " + file("present.pem") + ": no cert");
            }
        }
    }

    @Test
    void strangersAndBrokenKeysGetNowhereAndAllElseGoesOn() throws Exception {
        try (var nginx = Nginx.start(folder)) {
            try (var edge = MutualEdge.start(folder, yaml(nginx.port(), "stranger", ""))) {
                assertThat(ask(edge, "/app")).contains("400 The SSL certificate error");
                assertThat(ask(edge, "/")).contains("status=200");
            }
            Files.copy(folder.resolve("edge.pem"), folder.resolve("torn.pem"));
            Files.copy(folder.resolve("edge2.key"), folder.resolve("torn.key"));
            try (var edge = MutualEdge.start(folder, yaml(nginx.port(), "torn", ""))) {
                assertThat(ask(edge, "/app")).contains("status=503");
                assertThat(ask(edge, "/")).contains("status=200");
                assertThat(edge.gateway().snapshot().closed().get("app"))
                        .contains(file("torn.pem") + " with " + file("torn.key"))
                        .contains("the key does not belong to the certificate of CN=edge");
            }
        }
    }

    private static String ask(MutualEdge edge, String path) throws Exception {
        return Program.run(
                        List.of(
                                Tool.require("curl").toString(),
                                "--silent",
                                "--show-error",
                                "--max-time",
                                "20",
                                "--write-out",
                                "\nstatus=%{http_code}\n",
                                "http://127.0.0.1:" + edge.port() + path))
                .require();
    }

    /** One that verifies its clients and tells whom it saw. */
    private record Nginx(Process process, int port) implements AutoCloseable {
        static Nginx start(Path folder) throws IOException, InterruptedException {
            int port = freePort();
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
                                ssl_certificate %1$s/nginx.pem;
                                ssl_certificate_key %1$s/nginx.key;
                                ssl_client_certificate %1$s/ca.pem;
                                ssl_verify_client on;
                                location / {
                                  return 200 "$ssl_client_verify $ssl_client_s_dn\\n";
                                }
                              }
                            }
                            """
                                    .formatted(folder, port));
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
            long start = System.nanoTime();
            while (!listens(port)) {
                if (!process.isAlive() || System.nanoTime() - start > PATIENCE) {
                    process.destroyForcibly();
                    throw new AssertionError(Files.readString(folder.resolve("nginx.log")));
                }
                LockSupport.parkNanos(5_000_000);
            }
            return new Nginx(process, port);
        }

        private static int freePort() throws IOException {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }

        private static boolean listens(int port) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException _) {
                return false;
            }
        }

        @Override
        public void close() throws InterruptedException {
            process.destroy();
            if (!process.waitFor(PATIENCE, TimeUnit.NANOSECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
