package dev.sallyport.core.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.boot.command.RealCommand;
import dev.sallyport.core.support.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Containers come and go under load, and no request is lost. */
@Isolated
@Timeout(600)
final class DockerDropsIT {
    private static final int RECREATIONS = 50;
    private static final int CONTROL_RECREATIONS = 6;

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
    void losesNothingWhileOneOfTwoReplicasIsMadeAnewAgainAndAgain() throws Exception {
        replica("shop-web-1");
        replica("shop-web-2");
        bench.guard().edge();
        bench.awaitGet("shop.localhost", "/", "200");

        try (Running load = Running.start(engine, "shop.localhost", 8080)) {
            for (int i = 0; i < RECREATIONS; i++) {
                String name = "shop-web-" + (1 + i % 2);
                // What compose does for --force-recreate: asked to stop, killed, removed, made
                // anew.
                engine.docker("stop", "-t", "1", name);
                engine.docker("rm", name);
                replica(name);
                // The other may go only once this one is there, as for any rolling update.
                bench.awaitStatus(name + "/", "\"state\":\"healthy\"");
            }
            String result = load.end();

            System.out.println(RECREATIONS + " re-creations: " + result);
            assertThat(result).contains(" failed=0 ");
        }
    }

    @Test
    void holdsRequestsWhileTheOnlyReplicaIsMadeAnew() throws Exception {
        replica("shop-web-1", "--label", "sallyport.upstream.hold=20s");
        bench.guard().edge();
        bench.awaitGet("shop.localhost", "/", "200");

        try (Running load = Running.start(engine, "shop.localhost", 8080)) {
            for (int i = 0; i < 5; i++) {
                engine.docker("stop", "-t", "1", "shop-web-1");
                engine.docker("rm", "-f", "shop-web-1");
                replica("shop-web-1", "--label", "sallyport.upstream.hold=20s");
                bench.awaitStatus("shop-web-1/", "\"state\":\"healthy\"");
            }
            String result = load.end();

            System.out.println("5 re-creations with hold: " + result);
            assertThat(result).contains(" failed=0 ");
        }
    }

    /** The same load on a proxy that knows nothing of containers is seen to lose requests. */
    @Test
    void losesRequestsBehindNginxWithStaticUpstreams() throws Exception {
        replica("shop-web-1");
        replica("shop-web-2");
        int failures;
        try (RealCommand nginx = nginx("shop-web-1", "shop-web-2")) {
            awaitAnswer("http://127.0.0.1:8081/");
            try (Running load = Running.start(engine, "shop.localhost", 8081)) {
                // Whatever it loses, it loses by what happens from here on.
                assertThat(load.await(line -> !line.startsWith("good=0 "))).endsWith(" failed=0");
                for (int i = 0; i < CONTROL_RECREATIONS; i++) {
                    String name = "shop-web-" + (1 + i % 2);
                    engine.docker("stop", "-t", "1", name);
                    engine.docker("rm", name);
                    replica(name);
                    awaitAnswer("http://" + address(name) + ":8080/");
                }
                // One that is away altogether, as between two versions of a single replica.
                engine.docker("rm", "-f", "shop-web-1", "shop-web-2");
                load.await(line -> !line.endsWith(" failed=0"));
                String result = load.end();

                System.out.println(CONTROL_RECREATIONS + " re-creations behind nginx: " + result);
                failures = Integer.parseInt(result.replaceAll(".* failed=(\\d+) .*", "$1"));
            }
            assertThat(nginx.isAlive()).isTrue();
        }
        assertThat(failures).isPositive();
    }

    private RealCommand nginx(String... replicas) throws Exception {
        StringBuilder servers = new StringBuilder();
        for (String replica : replicas) {
            servers.append("server ").append(address(replica)).append(":8080; ");
        }
        Path file = folder.resolve("nginx.conf");
        Files.writeString(
                file,
                """
                daemon off; pid nginx.pid; error_log stderr crit; worker_processes 1;
                events {}
                http {
                  access_log off; client_body_temp_path body; proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                  keepalive_requests 100000000; keepalive_time 1d;
                  upstream web { %s}
                  server { listen 127.0.0.1:8081; location / { proxy_pass http://web; } }
                }
                """
                        .formatted(servers));
        return RealCommand.program(
                folder,
                engine.inside(
                        List.of(
                                Tool.require("nginx").toString(),
                                "-p",
                                folder.toString(),
                                "-c",
                                file.toString())));
    }

    private static String address(String name) throws Exception {
        return engine.docker(
                "inspect", "-f", "{{.NetworkSettings.Networks.shop_default.IPAddress}}", name);
    }

    private static void awaitAnswer(String url) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (true) {
            try {
                engine.curl("-f", url);
                return;
            } catch (IOException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private static void replica(String name, String... more) throws Exception {
        engine.replica("shop", "web", name, "sallyport.host=shop.localhost", more);
    }

    /** Load that runs. */
    private record Running(Process process, BufferedReader out) implements AutoCloseable {
        static Running start(DockerEngine engine, String host, int port) throws Exception {
            Process process =
                    new ProcessBuilder(
                                    engine.inside(
                                            RealEngine.program(
                                                    Load.class, host, Integer.toString(port), "8")))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            return new Running(
                    process,
                    new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)));
        }

        /** Waits until what it tells is so. */
        String await(Predicate<String> met) throws Exception {
            long end = System.nanoTime() + 60_000_000_000L;
            String line = "";
            while (System.nanoTime() - end < 0) {
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
                line = out.readLine();
                if (met.test(line)) {
                    return line;
                }
                LockSupport.parkNanos(20_000_000);
            }
            throw new AssertionError(line);
        }

        String end() throws Exception {
            process.getOutputStream().close();
            return out.readLine();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
