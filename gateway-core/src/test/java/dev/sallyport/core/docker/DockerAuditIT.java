package dev.sallyport.core.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.boot.command.RealCommand;
import dev.sallyport.core.support.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Audit and firewall on a real engine, with a neighbour on the LAN who tries the doors. */
@Isolated
@Timeout(300)
final class DockerAuditIT {
    private static final String EDGE = Lan.HOST + ":8443";
    private static final String FAULT = Lan.HOST + ":8081";
    private static final String FAULT6 = "[" + Lan.HOST6 + "]:8081";

    @TempDir private static Path data;
    private static DockerEngine engine;
    private static Lan lan;

    @TempDir private Path folder;

    @BeforeAll
    @Timeout(120)
    static void startEngine() throws Exception {
        Tool.require("nft");
        Tool.require("iptables");
        engine = DockerEngine.start(data);
        engine.importWeb();
        engine.docker("network", "create", "--internal", "inner");
        lan = Lan.beside(engine);
    }

    @AfterAll
    @Timeout(120)
    static void stopEngine() {
        if (lan != null) {
            lan.close();
        }
        if (engine != null) {
            engine.close();
        }
    }

    @AfterEach
    void removeContainers() throws Exception {
        engine.removeAll();
    }

    @Test
    void findsWhatRunsAndTellsNoSecret() throws Exception {
        engine.web("edge", "-p", "8443:8080");
        engine.web(
                "leak",
                "--network",
                "inner",
                "--network-alias",
                "api.example.com",
                "--network-alias",
                "other",
                "--env",
                "DB_PASSWORD=PLANTED-secret",
                "--volume",
                engine.socket() + ":/var/run/docker.sock:ro");
        engine.web("other", "--network", "inner", "--cap-add", "SYS_ADMIN", "--pid", "host");
        engine.web("shown", "-p", "8081:8080", "-p", "127.0.0.1:8082:8080");

        RealCommand.Finished audit;
        List<String> asked;
        Path socket = folder.resolve("engine.sock");
        try (RecordingSocket recording = RecordingSocket.open(socket, engine.socket())) {
            audit = run("audit", "--engine", "unix://" + socket, "--edge", "edge");
            asked = List.copyOf(recording.requests());
        }

        assertThat(audit.out())
                .contains(
                        "container shown SP-D101 high  shown: publishes 8080/tcp at 0.0.0.0:8081",
                        "container leak SP-D210 high",
                        "container leak SP-D209 high  leak: leak answers to other, the name of",
                        "container leak SP-D301 critical",
                        "engine " + socket + " SP-D305 note",
                        "container other SP-D402 high",
                        "container other SP-D403 high",
                        "container leak SP-D501 high")
                .doesNotContain("PLANTED");
        assertThat(audit.exit()).isEqualTo(1);
        assertThat(asked)
                .isNotEmpty()
                .allMatch(each ->
                        each.matches(
                                "GET (/version|/v1\\.[0-9]+/(info|networks|containers/json"
                                        + "|containers/[0-9a-f]{64}/json)) HTTP/1\\.0"));
    }

    @Test
    void portsAreClosedByTheChangesThatAreTold() throws Exception {
        engine.web("everywhere", "-p", "8081:8080");
        engine.web("onewhere", "-p", Lan.HOST + ":8082:8080");
        engine.web("edge", "-p", "8443:8080", "-p", "9090:8080");

        assertThat(audit().out())
                .contains(
                        "change  remove \"0.0.0.0:8081:8080/tcp\" from its ports",
                        "change  remove \"198.18.0.1:8082:8080/tcp\" from its ports",
                        "change  remove \"0.0.0.0:9090:8080/tcp\", or write"
                                + " \"127.0.0.1:9090:8080\"");
        for (String port : List.of("8081", "8082", "8443", "9090")) {
            assertThat(lan.comesToReach(Lan.HOST + ":" + port)).as(port).isTrue();
        }

        engine.removeAll();
        engine.web("everywhere");
        engine.web("onewhere");
        engine.web("edge", "-p", "8443:8080", "-p", "127.0.0.1:9090:8080");

        assertThat(audit().out()).doesNotContain("SP-D101", "SP-D103");
        assertThat(lan.comesToReach(EDGE)).isTrue();
        for (String port : List.of("8081", "8082", "9090")) {
            assertThat(lan.reaches(Lan.HOST + ":" + port)).as(port).isFalse();
        }
        assertThat(lan.reaches(address("everywhere") + ":8080")).isFalse();
        assertThat(engine.curl("http://127.0.0.1:9090/")).isEqualTo("hello");
    }

    @Test
    void firewallLeavesTheEdgeAlone() throws Exception {
        engine.web("edge", "-p", "8443:8080");
        engine.web("app", "-p", "8081:8080");
        engine.web("local", "-p", "127.0.0.1:8082:8080");
        String direct = address("local") + ":8080";
        boolean isDirectOpen = isBefore28();
        assertThat(audit().out().contains("SP-D102")).isEqualTo(isDirectOpen);

        for (String form : List.of("--nft", "--docker-user", "--ufw")) {
            assertThat(lan.comesToReach(EDGE)).as(form).isTrue();
            assertThat(lan.comesToReach(FAULT)).as(form).isTrue();
            assertThat(lan.comesToReach(FAULT6)).as(form).isTrue();
            assertThat(!isDirectOpen || lan.comesToReach(direct)).as(form).isTrue();

            RealCommand.Finished rules =
                    run("firewall", form, "--engine", engine.socket().toString(), "--edge", "edge");
            Path file = Files.writeString(folder.resolve("rules"), rules.out());
            apply(form, file);

            assertThat(lan.comesToReach(EDGE)).as(form).isTrue();
            assertThat(lan.reaches(FAULT)).as(form).isFalse();
            assertThat(lan.reaches(direct)).as(form).isFalse();
            // UFW itself judges what a process of the host listens on.
            boolean isLeft = form.equals("--ufw");
            assertThat(isLeft ? lan.comesToReach(FAULT6) : lan.reaches(FAULT6))
                    .as(form)
                    .isEqualTo(isLeft);
            assertThat(engine.curl("http://127.0.0.1:8082/")).isEqualTo("hello");
            undo(form);
        }
    }

    private static void apply(String form, Path file) throws Exception {
        switch (form) {
            case "--nft" -> {
                inside("nft", "-c", "-f", file.toString());
                inside("nft", "-f", file.toString());
                inside("nft", "-f", file.toString());
            }
            case "--ufw" -> {
                inside("iptables-restore", "-n", "--test", file.toString());
                inside("iptables-restore", "-n", file.toString());
            }
            default -> {
                inside("sh", file.toString());
                inside("sh", file.toString());
            }
        }
    }

    private static void undo(String form) throws Exception {
        if (form.equals("--nft")) {
            inside("nft", "delete", "table", "inet", "sallyport");
        } else {
            inside("iptables", "-D", "DOCKER-USER", "-j", "SALLYPORT");
        }
        if (form.equals("--docker-user")) {
            inside("iptables", "-D", "INPUT", "-j", "SALLYPORT-IN");
            inside("ip6tables", "-D", "INPUT", "-j", "SALLYPORT-IN");
        }
    }

    private static void inside(String... words) throws Exception {
        RealEngine.run(engine.inside(List.of(words)));
    }

    private static boolean isBefore28() throws Exception {
        String version = engine.docker("version", "--format", "{{.Server.Version}}");
        return Integer.parseInt(version.substring(0, version.indexOf('.'))) < 28;
    }

    private static String address(String container) throws Exception {
        return engine.docker("inspect", "-f", "{{.NetworkSettings.IPAddress}}", container);
    }

    private RealCommand.Finished audit() throws Exception {
        return run("audit", "--engine", "unix://" + engine.socket(), "--edge", "edge");
    }

    private RealCommand.Finished run(String... words) throws Exception {
        List<String> line = new ArrayList<>(RealCommand.line());
        line.addAll(List.of(words));
        return RealCommand.program(folder, engine.inside(line)).finish();
    }
}
