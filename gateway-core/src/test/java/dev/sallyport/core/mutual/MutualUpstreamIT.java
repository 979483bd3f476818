package dev.sallyport.core.mutual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An nginx that asks the edge who it is. */
final class MutualUpstreamIT {
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

    private static Nginx nginx() throws Exception {
        return Nginx.start(
                folder,
                folder.resolve("nginx.pem"),
                folder.resolve("nginx.key"),
                folder.resolve("ca.pem"));
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void theEdgeShowsItsCertificateAndItsSuccessor() throws Exception {
        try (var nginx = nginx()) {
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
        try (var nginx = nginx()) {
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

    @Test
    void filesBrokenAtTheStartOpenTheirRoutesOnceTheyAreGood() throws Exception {
        Path late = folder.resolve("late.pem");
        Files.writeString(late, "nothing yet");
        Files.copy(folder.resolve("edge.pem"), folder.resolve("slow.pem"));
        Files.copy(folder.resolve("edge2.key"), folder.resolve("slow.key"));
        try (var nginx = nginx();
                var edge =
                        MutualEdge.start(
                                folder,
                                yaml(nginx.port(), "slow", "")
                                        .replace(file("ca.pem"), late.toString()))) {
            assertThat(ask(edge, "/app")).contains("status=503");
            long generation = edge.gateway().snapshot().generation();

            edge.gateway().refreshTls();
            replace("edge2.pem", "slow.pem");
            edge.gateway().refreshTls();

            assertThat(ask(edge, "/app")).contains("status=503");
            assertThat(edge.gateway().snapshot().generation()).isEqualTo(generation);

            replace("ca.pem", "late.pem");
            edge.gateway().refreshTls();

            assertThat(ask(edge, "/app")).contains("SUCCESS CN=edge2");
            assertThat(edge.gateway().snapshot().closed()).isEmpty();
            assertThat(edge.gateway().snapshot().generation()).isEqualTo(generation + 1);
        }
    }

    private static void replace(String from, String to) throws Exception {
        Files.copy(folder.resolve(from), folder.resolve(to), StandardCopyOption.REPLACE_EXISTING);
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
}
