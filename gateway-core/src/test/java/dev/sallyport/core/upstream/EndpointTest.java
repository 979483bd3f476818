package dev.sallyport.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class EndpointTest {
    @Test
    void authorityLeavesOutTheUsualPortAndBracketsIpv6() {
        assertThat(Endpoints.at("app", 8080, 1).authorityText()).isEqualTo("app:8080");
        assertThat(Endpoints.at("app", 80, 1).authorityText()).isEqualTo("app");
        assertThat(Endpoints.at("localhost", 0, 1).authorityText()).isEqualTo("localhost");
        assertThat(Endpoints.at("::1", 8080, 1).authorityText()).isEqualTo("[::1]:8080");
        assertThat(Endpoints.at("fd00::1", 80, 1).authorityText()).isEqualTo("[fd00::1]");
    }

    @Test
    void endpointOverTlsNeedsToKnowWhomToTrust() {
        assertThatThrownBy(() ->
                        new Endpoint(
                                "https://app",
                                new InetSocketAddress(InetAddress.ofLiteral("::1"), 443),
                                "app",
                                443,
                                true,
                                1,
                                1,
                                Endpoints.SETTINGS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void connectionsAreBounded() {
        Endpoint endpoint = Endpoints.weighing(1);

        assertThat(endpoint.tryConnect(2)).isTrue();
        assertThat(endpoint.tryConnect(2)).isTrue();
        assertThat(endpoint.tryConnect(2)).isFalse();
        endpoint.disconnected();
        assertThat(endpoint.tryConnect(2)).isTrue();
        assertThat(endpoint.connections()).isEqualTo(2);
    }
}
