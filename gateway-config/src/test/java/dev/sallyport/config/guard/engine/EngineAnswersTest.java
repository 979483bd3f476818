package dev.sallyport.config.guard.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.guard.feed.Workload;
import dev.sallyport.config.guard.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is kept of an engine's answers. */
final class EngineAnswersTest {
    private final LabelFilter filter = new LabelFilter(List.of("sallyport."));

    @Test
    void keepsNamesAddressesAndOwnLabels() throws IOException {
        var listed =
                new ContainerList(filter)
                        .read(
                                json(
                                        """
                                        [{"Id":"c1","Names":["/other/alias","/web"],"Image":"web:1","ImageID":"sha256:ab",
                                          "Command":"serve --token PLANTED","Created":5,
                                          "Ports":[{"PrivatePort":9090,"Type":"tcp"},{"PrivatePort":53,"Type":"udp"},{"PrivatePort":8080,"PublicPort":80,"Type":"tcp"}],
                                          "Labels":{"sallyport.host":"a.test","com.example.key":"PLANTED","com.docker.compose.project":"shop"},
                                          "State":"running","Status":"Up 3 seconds (healthy)",
                                          "NetworkSettings":{"Networks":{"n":{"NetworkID":"n1","EndpointID":"e1","IPAddress":"10.0.0.2","GlobalIPv6Address":""}}},
                                          "Mounts":[{"Source":"/PLANTED"}]},
                                         {"Id":"c2","Names":["/db"],"Labels":{"x":"y"},"State":"running"}]
                                        """));

        assertThat(listed).hasSize(1);
        var web = listed.getFirst().workload();
        assertThat(web.name()).isEqualTo("web");
        assertThat(web.project()).isEqualTo("shop");
        assertThat(web.health()).isEqualTo(Workload.Health.HEALTHY);
        assertThat(web.ports()).containsExactly(8080, 9090);
        assertThat(web.labels()).containsOnlyKeys("sallyport.host");
        assertThat(web.networks().getFirst().ip4()).isEqualTo("10.0.0.2");
        assertThat(web.toString()).doesNotContain("PLANTED");
    }

    @Test
    void leavesRunsBesideAServiceAlone() throws IOException {
        var listed =
                new ContainerList(filter)
                        .read(
                                json(
                                        """
                                        [{"Id":"c1","Names":["/shop_web_run_1"],"State":"running",
                                          "Labels":{"sallyport.host":"a.test","com.docker.compose.oneoff":"True"}}]
                                        """));

        assertThat(listed).isEmpty();
    }

    @Test
    void tellsOfTooManyLabelsInsteadOfPassingThemOn() throws IOException {
        var labels = new StringBuilder("{");
        for (int i = 0; i < 65; i++) {
            labels.append(i == 0 ? "" : ",").append("\"sallyport.x").append(i).append("\":\"\"");
        }

        var kept = filter.read(json(labels + "}"));

        assertThat(kept.ours()).isEmpty();
        assertThat(kept.excess()).isEqualTo("65 labels (expected: at most 64)");
    }

    @Test
    void tellsOfLabelsThatAreTooLarge() throws IOException {
        var kept = filter.read(json("{\"sallyport.x\":\"" + "y".repeat(100_000) + "\"}"));

        assertThat(kept.ours()).isEmpty();
        assertThat(kept.excess()).contains("expected: at most 8192");
    }

    @Test
    void takesTasksWithTheLabelsOfTheirService() throws IOException {
        var swarm = new SwarmList(filter);
        var services =
                swarm.services(
                        json(
                                """
                                [{"ID":"s1","Spec":{"Name":"shop_web","Labels":{"sallyport.host":"a.test","com.docker.stack.namespace":"shop"},
                                  "TaskTemplate":{"ContainerSpec":{"Env":["PLANTED"]}}}},
                                 {"ID":"s2","Spec":{"Name":"shop_db","Labels":{}}}]
                                """));
        var tasks =
                swarm.tasks(
                        json(
                                """
                                [{"ID":"t1","ServiceID":"s1","Slot":2,"NodeID":"m1","CreatedAt":"2026-11-25T10:00:00.5Z",
                                  "Status":{"State":"running","ContainerStatus":{"ContainerID":"c9"}},"Spec":{"ContainerSpec":{"Env":["PLANTED"]}},
                                  "NetworksAttachments":[{"Network":{"ID":"n1","Spec":{"Name":"ingress"}},"Addresses":["10.0.0.9/24"]},
                                                         {"Network":{"ID":"n2","Spec":{"Name":"shop_front"}},"Addresses":["10.0.1.9/24"]}]},
                                 {"ID":"t2","ServiceID":"s2","Status":{"State":"running"}}]
                                """),
                        services);

        assertThat(tasks).hasSize(1);
        var task = tasks.getFirst();
        assertThat(task.id()).isEqualTo("c9");
        assertThat(task.name()).isEqualTo("shop_web.2");
        assertThat(task.project()).isEqualTo("shop");
        assertThat(task.isServing()).isTrue();
        assertThat(task.networks())
                .singleElement()
                .satisfies(each -> assertThat(each.ip4()).isEqualTo("10.0.1.9"));
        assertThat(task.toString()).doesNotContain("PLANTED");
    }

    @Test
    void takesThePortsOfAnImageAlone() throws IOException {
        var ports =
                ImagePorts.read(
                        json(
                                """
                                {"Id":"x","Config":{"Env":["PLANTED"],"ExposedPorts":{"8080/tcp":{},"53/udp":{},"9090":{}}}}
                                """));

        assertThat(ports).containsExactly(8080, 9090);
    }

    @ParameterizedTest
    @CsvSource({
        "1.41, v1.41",
        "1.51, v1.51",
        "1.99, v1.51",
        "2.0, v1.51",
        "x, v1.24",
        "1.24, v1.24"
    })
    void agreesOnTheNewestVersionBothKnow(String theirs, String spoken) {
        assertThat(ApiVersion.agreed(theirs).prefix()).isEqualTo("/" + spoken);
    }

    @ParameterizedTest
    @CsvSource({
        "kill, 15, true",
        "kill, 9, true",
        "kill, 3, true",
        "kill, 1, false",
        "die, '', false"
    })
    void tellsAStopFromAReload(String action, String signal, boolean stops) {
        assertThat(new EngineEvent("container", action, "c1", signal).asksToStop())
                .isEqualTo(stops);
    }

    private static JsonReader json(CharSequence text) {
        return new JsonReader(new StringReader(text.toString()));
    }
}
