package dev.sallyport.config.survey.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.audit.seen.PublishedPort;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ContainerReaderTest {
    @Test
    void readsWhatAnEngineSays() {
        var service =
                ContainerReader.read(
                        new Tree(
                                Map.of(
                                        "Id",
                                        "0123456789abcdef",
                                        "Name",
                                        "/shop-web-1",
                                        "Config",
                                        Map.of(
                                                "Image",
                                                "nginx:1",
                                                "Labels",
                                                Map.of("com.docker.compose.project", "shop"),
                                                "ExposedPorts",
                                                Map.of("80/tcp", Map.of())),
                                        "HostConfig",
                                        Map.of(
                                                "Privileged",
                                                "true",
                                                "CapAdd",
                                                List.of("NET_ADMIN", "SYS_TIME")),
                                        "NetworkSettings",
                                        Map.of(
                                                "Ports",
                                                Map.of(
                                                        "80/tcp",
                                                        List.of(
                                                                Map.of(
                                                                        "HostIp",
                                                                        "::",
                                                                        "HostPort",
                                                                        "8080"))),
                                                "Networks",
                                                Map.of(
                                                        "shop_web",
                                                        Map.of(
                                                                "Aliases",
                                                                List.of(
                                                                        "0123456789ab",
                                                                        "web")))))));

        assertThat(service.title()).isEqualTo("shop/web-1");
        assertThat(service.has("privileged", "true")).isTrue();
        assertThat(service.all("cap_add")).hasSize(2);
        assertThat(service.exposed()).containsExactly("80");
        assertThat(service.ports())
                .extracting(PublishedPort::listening)
                .containsExactly("[::]:8080/tcp");
        assertThat(service.networks().getFirst().aliases())
                .extracting(alias -> alias.value())
                .containsExactly("web");
    }
}
