package dev.sallyport.config.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.wall.Chains;
import dev.sallyport.config.audit.wall.Openings;
import dev.sallyport.config.audit.wall.Ruleset;
import dev.sallyport.config.survey.ComposeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpeningsTest {
    @TempDir private Path folder;

    @Test
    void opensTheEdgeAloneAndClosesTheRest() throws IOException {
        var openings =
                openings(
                        """
                        services:
                          edge: {image: sallyport, ports: ["443:443", "10.0.0.5:80:80", "[fd00::1]:80:80"]}
                          db: {image: postgres, ports: ["5432:5432", "127.0.0.1:6000:6000"]}
                        """);

        assertThat(Ruleset.nft(openings))
                .contains(
                        "ct status dnat meta l4proto tcp ct original proto-dst { 443 } accept",
                        "ct original ip daddr 10.0.0.5 meta l4proto tcp",
                        "ct original ip6 daddr fd00::1 meta l4proto tcp",
                        "tcp dport { 5432 } drop")
                .doesNotContain("6000");
        assertThat(Chains.ufw(openings, false))
                .contains("--ctorigdst 10.0.0.5")
                .doesNotContain("fd00");
        assertThat(Chains.ufw(openings, true))
                .contains("--ctorigdst fd00::1")
                .doesNotContain("10.0.0");
    }

    @Test
    void whatIsNoPortGetsIntoNoRule() throws IOException {
        var openings =
                openings(
                        """
                        services:
                          edge:
                            image: sallyport
                            ports:
                              - "${PORT}:443"
                              - {target: 80, published: "80", host_ip: "1.2.3.4; reboot"}
                              - {target: 80, published: "80", protocol: "tcp\\nreboot"}
                              - {target: 80, published: "80`reboot`"}
                        networks:
                          default: {driver_opts: {com.docker.network.bridge.name: "x; reboot"}}
                        """);

        assertThat(openings.open()).isEmpty();
        assertThat(openings.unknown()).hasSize(4);
        for (var text :
                List.of(
                        Ruleset.nft(openings),
                        Chains.script(openings),
                        Chains.ufw(openings, true))) {
            assertThat(text.lines().filter(line -> line.contains("reboot")))
                    .allMatch(line -> line.startsWith("# not known before it runs: "));
        }
    }

    private Openings openings(String text) throws IOException {
        var file = Files.writeString(folder.resolve("compose.yaml"), text);
        var project = ComposeFiles.load(file.toString(), _ -> null).project();
        return Openings.of(new Estate(List.of(Objects.requireNonNull(project)), List.of(), null));
    }
}
