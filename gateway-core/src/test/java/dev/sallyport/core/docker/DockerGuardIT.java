package dev.sallyport.core.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.boot.command.RealCommand;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What the guard asks a real engine, and what it tells. */
@Isolated
@Timeout(120)
final class DockerGuardIT {
    @TempDir private static Path data;
    private static DockerEngine engine;

    @TempDir private Path folder;
    private DockerBench bench;

    @BeforeAll
    @Timeout(120)
    static void startEngine() throws Exception {
        engine = DockerEngine.start(data);
        engine.importWeb();
        engine.docker("network", "create", "--internal", "shop_default");
    }

    @AfterAll
    @Timeout(120)
    static void stopEngine() {
        if (engine != null) {
            engine.close();
        }
    }

    @BeforeEach
    void openBench() {
        bench = DockerBench.on(engine, folder);
    }

    @AfterEach
    void closeBench() throws Exception {
        bench.close();
        engine.removeAll();
    }

    @Test
    void makesFewCallsAndTellsNoSecret() throws Exception {
        Path mounted = Files.createDirectory(folder.resolve("PLANTED-mount"));
        engine.docker(
                "run",
                "-d",
                "--name",
                "shop-web-1",
                "--network",
                "shop_default",
                "--label",
                "sallyport.host=shop.localhost",
                "--label",
                "com.example.token=PLANTED-label",
                "--env",
                "TOKEN=PLANTED-env",
                "--volume",
                mounted + ":/PLANTED-target",
                "--health-cmd",
                "true PLANTED-health",
                "--health-interval",
                "200ms",
                "web",
                "sh",
                "-c",
                "httpd -f -p 8080 -h /www || echo PLANTED-argument");
        try (RecordingSocket recording =
                RecordingSocket.open(folder.resolve("engine.sock"), engine.socket())) {
            bench.guard("--engine", folder.resolve("engine.sock").toString());
            try (SocketChannel channel =
                            SocketChannel.open(UnixDomainSocketAddress.of(bench.feed()));
                    BufferedReader feed =
                            new BufferedReader(
                                    new InputStreamReader(
                                            Channels.newInputStream(channel), UTF_8))) {
                StringBuilder told = new StringBuilder(feed.readLine());
                engine.docker("stop", "-t", "1", "shop-web-1");
                readUntil("\"state\":\"stopped\"", feed, told);
                engine.docker("start", "shop-web-1");
                readUntil("\"health\":\"healthy\"", feed, told);

                assertThat(told.toString())
                        .contains("\"state\":\"stopping\"")
                        .contains("sallyport.host", "\"ports\":[8080]")
                        .doesNotContain("PLANTED");
                assertThat(bench.runningGuard().err()).doesNotContain("PLANTED");
            }
            assertThat(recording.requests())
                    .isNotEmpty()
                    .allMatch(request ->
                            request.matches(
                                    "GET (/_ping|/v1\\.[0-9]+/containers/json\\?all=1"
                                            + "|/v1\\.[0-9]+/events\\?filters=[^ ]+"
                                            + "|/v1\\.[0-9]+/services\\?status=true"
                                            + "|/v1\\.[0-9]+/images/sha256:[0-9a-f]{64}/json) HTTP/1\\.1"));
        }
    }

    private static void readUntil(String text, BufferedReader feed, StringBuilder told)
            throws Exception {
        String line = feed.readLine();
        while (!line.contains(text)) {
            told.append(line);
            line = feed.readLine();
        }
        told.append(line);
    }

    @Test
    void turnsOtherUsersAway() throws Exception {
        engine.replica("shop", "web", "shop-web-1", "sallyport.host=shop.localhost");
        bench.guard("--engine", engine.socket().toString(), "--user", "65532");

        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(bench.feed()))) {
            assertThat(Channels.newInputStream(channel).read()).isEqualTo(-1);
        }
        bench.runningGuard().awaitText("reader of the feed turned away user=root");
    }

    @Test
    void tellsEdgesOnOtherHostsWhoShowACertificate() throws Exception {
        engine.replica("shop", "web", "shop-web-1", "sallyport.host=shop.localhost");
        TestAuthority authority = TestAuthority.create(folder, "ca");
        authority.issue("guard");
        authority.issue("edge");
        TestAuthority strangers = TestAuthority.create(folder, "strangers");
        strangers.issue("stranger");

        bench.guard(
                "--engine", engine.socket().toString(),
                "--listen", "127.0.0.1:19443",
                "--listen-ca", authority.certificate("ca"),
                "--listen-cert", authority.certificate("guard"),
                "--listen-key", authority.key("guard"));
        bench.edge(
                """
                providers:
                  docker:
                    feed: "127.0.0.1:19443"
                    tls: {ca-file: %s, certificate-file: %s, key-file: %s}
                """
                        .formatted(
                                authority.certificate("ca"),
                                authority.certificate("edge"),
                                authority.key("edge")));

        bench.awaitGet("shop.localhost", "/cgi-bin/who", "200 shop-web-1");
        assertThat(said(List.of())).doesNotContain("\"feed\"");
        assertThat(
                        said(
                                List.of(
                                        "-cert", strangers.certificate("stranger"),
                                        "-key", strangers.key("stranger"))))
                .doesNotContain("\"feed\"");
        assertThat(
                        said(
                                List.of(
                                        "-cert", authority.certificate("edge"),
                                        "-key", authority.key("edge"))))
                .contains("\"feed\":1");
    }

    /** What the guard says to a client over TLS within two seconds. */
    private static String said(List<String> more) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "timeout",
                                "2",
                                "openssl",
                                "s_client",
                                "-connect",
                                "127.0.0.1:19443"));
        command.addAll(more);
        Process client =
                new ProcessBuilder(engine.inside(command)).redirectErrorStream(true).start();
        String out = new String(client.getInputStream().readAllBytes(), UTF_8);
        client.waitFor();
        return out;
    }

    @Test
    void endsWhenTheEngineRefusesForLong() throws Exception {
        try (RealCommand guard =
                RealCommand.start(
                        folder,
                        "guard",
                        "--engine",
                        folder.resolve("nobody.sock").toString(),
                        "--feed",
                        bench.feed().toString())) {
            RealCommand.Finished finished = guard.finish();

            assertThat(finished.exit()).isEqualTo(69);
            assertThat(finished.err()).contains("nobody.sock");
        }
    }

    @Test
    void staysSmall() throws Exception {
        List<String> words = List.of("guard", "--engine", engine.socket().toString());
        List<String> command =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx24m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:-UsePerfData",
                                "-jar",
                                Path.of("target/lib/sallyport.jar").toAbsolutePath().toString()));
        command.addAll(words);
        command.addAll(List.of("--feed", bench.feed().toString()));
        for (int i = 0; i < 5; i++) {
            engine.replica("shop", "s" + i, "s" + i, "sallyport.host=s" + i + ".localhost");
        }
        Process guard = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(guard.getInputStream(), UTF_8))) {
            String line = out.readLine();
            while (line != null && !line.contains("engine followed")) {
                line = out.readLine();
            }
            String status = Files.readString(Path.of("/proc/" + guard.pid() + "/status"));
            long kilobytes =
                    Long.parseLong(
                            status.lines()
                                    .filter(each -> each.startsWith("VmRSS:"))
                                    .findFirst()
                                    .orElseThrow()
                                    .replaceAll("[^0-9]", ""));

            System.out.println("guard: " + kilobytes / 1024 + " MiB resident");
            assertThat(kilobytes).isLessThan(80 * 1024);
        } finally {
            guard.destroyForcibly();
        }
    }
}
