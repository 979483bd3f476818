package dev.sallyport.core.docker;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Containers that want what is not theirs take nothing, and are told by name. */
@Isolated
@Timeout(180)
final class DockerHostileIT {
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
        engine.docker("network", "create", "--internal", "evil_default");
    }

    @AfterAll
    @Timeout(120)
    static void stopEngine() {
        if (engine != null) {
            engine.close();
        }
    }

    @BeforeEach
    void openBench() throws Exception {
        bench = DockerBench.on(engine, folder);
        engine.replica("shop", "web", "victim", "sallyport.host=shop.localhost");
        bench.guard().edge();
        bench.awaitGet("shop.localhost", "/cgi-bin/who", "200 victim");
    }

    @AfterEach
    void closeBench() throws Exception {
        bench.close();
        engine.removeAll();
    }

    @Test
    void nobodyTakesTheHostOfAnother() throws Exception {
        evil("same-host", "sallyport.host=shop.localhost");
        evil("other-case", "sallyport.host=SHOP.LocalHost");
        evil("trailing-dot", "sallyport.host=shop.localhost.");
        evil("longer-path", "sallyport.host=shop.localhost", "sallyport.path-prefix=/cgi-bin");
        evil("wildcard", "sallyport.host=*.localhost");
        evil("look-alike", "sallyport.host=sh\u043ep.localhost");
        evil("one-script", "sallyport.host=\u0455\u04bb\u043e\u0440.localhost");

        told("container same-host sallyport.host", "project shop on network shop_default");
        told("container other-case sallyport.host", "project shop on network shop_default");
        told("container trailing-dot sallyport.host", "project shop on network shop_default");
        told("container longer-path sallyport.host", "project shop on network shop_default");
        told("container wildcard sallyport.host", "a grant under providers.docker.grants");
        told("container look-alike sallyport.host", "may imitate another name");
        told("container one-script sallyport.host", "may look like another");
        for (int i = 0; i < 5; i++) {
            assertThat(bench.get("shop.localhost", "/cgi-bin/who")).isEqualTo("200 victim");
            assertThat(bench.get("SHOP.localhost.", "/cgi-bin/who")).isEqualTo("200 victim");
        }
        assertThat(bench.get("unclaimed.localhost", "/")).startsWith("404");
    }

    @Test
    void whoPretendsToBeAReplicaIsNone() throws Exception {
        engine.docker(
                "run",
                "-d",
                "--name",
                "pretender",
                "--hostname",
                "pretender",
                "--network",
                "evil_default",
                "--network-alias",
                "acme-v02.api.letsencrypt.org",
                "--label",
                "sallyport.host=shop.localhost",
                "--label",
                "com.docker.compose.project=shop",
                "--label",
                "com.docker.compose.service=web",
                "web");

        told("container pretender", "name of project shop on network shop_default");
        for (int i = 0; i < 5; i++) {
            assertThat(bench.get("shop.localhost", "/cgi-bin/who")).isEqualTo("200 victim");
        }
    }

    @Test
    void labelsLeadNowhereElse() throws Exception {
        evil("forwards", "sallyport.host=a.localhost", "sallyport.forward=169.254.169.254:80");
        evil(
                "endpoints",
                "sallyport.host=b.localhost",
                "sallyport.upstream.endpoints=169.254.169.254:80");
        evil(
                "reads",
                "sallyport.host=c.localhost",
                "sallyport.filters=[{basic-auth: {users-file: /etc/shadow}}]");
        evil("port", "sallyport.host=d.localhost", "sallyport.port=99999");

        told("container forwards sallyport.forward", "labels forward to their own container");
        told("container endpoints sallyport.upstream.endpoints", "no addresses");
        told("container reads sallyport.filters[0].basic-auth.users-file", "labels cannot name");
        told("container port sallyport.port", "a port of 1..65535");
        assertThat(bench.get("c.localhost", "/")).startsWith("404");
    }

    @Test
    void tooManyLabelsAreToldAndHoldUpNobody() throws Exception {
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            file.append("sallyport.routes.r").append(i).append(".host=h").append(i).append(".x\n");
        }
        Path labels = folder.resolve("labels");
        java.nio.file.Files.writeString(labels, file);
        engine.web("flood", "--network", "evil_default", "--label-file", labels.toString());

        told("container flood", "100000 labels (expected: at most 64)");
        engine.replica("shop", "api", "api", "sallyport.host=api.localhost");
        bench.awaitGet("api.localhost", "/cgi-bin/who", "200 api");
    }

    @Test
    void aMistakeBreaksOnlyItsOwnRoute() throws Exception {
        evil("typo", "sallyport.hots=typo.localhost");
        engine.docker(
                "run",
                "-d",
                "--name",
                "half",
                "--hostname",
                "half",
                "--network",
                "evil_default",
                "--label",
                "sallyport.routes.good.host=good.localhost",
                "--label",
                "sallyport.routes.bad.host=bad.localhost",
                "--label",
                "sallyport.routes.bad.path-prefx=/x",
                "web");

        told("container typo sallyport.hots", "did you mean \"sallyport.host\"");
        told("container half sallyport.routes.bad.path-prefx", "path-prefix");
        bench.awaitGet("good.localhost", "/cgi-bin/who", "200 half");
        assertThat(bench.get("shop.localhost", "/cgi-bin/who")).isEqualTo("200 victim");
        assertThat(bench.status()).contains("containertyposallyport.hots");
    }

    @Test
    void withGrantsNobodyClaimsWithoutOne() throws Exception {
        bench.configure(
                """
                providers:
                  docker:
                    feed: "unix:%s"
                    grants:
                      - {projects: shop, networks: shop_default, domains: ["*.localhost"]}
                """
                        .formatted(bench.feed()));
        bench.runningEdge().signal("HUP");
        evil("stranger", "sallyport.host=free.localhost");

        told("container stranger sallyport.host", "a host that a grant gives to");
        assertThat(bench.get("free.localhost", "/")).startsWith("404");
        assertThat(bench.get("shop.localhost", "/cgi-bin/who")).isEqualTo("200 victim");
    }

    private void told(String subject, String reason) {
        bench.runningEdge()
                .await(
                        subject + " ... " + reason,
                        () ->
                                bench.runningEdge()
                                        .err()
                                        .lines()
                                        .anyMatch(line ->
                                                line.contains(subject) && line.contains(reason)));
    }

    private static void evil(String name, String... labels) throws Exception {
        List<String> words = new ArrayList<>(List.of("--network", "evil_default"));
        for (String label : labels) {
            words.addAll(List.of("--label", label));
        }
        engine.web(name, words.toArray(String[]::new));
    }
}
