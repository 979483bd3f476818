package dev.sallyport.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.model.Upstream.Balance;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BalancerTest {
    private final Balancer.Eligible eligible = new Balancer.Eligible();

    @Test
    void roundRobinGoesRoundSmoothlyByWeight() {
        Endpoint[] endpoints = endpoints(3, 1, 1);

        assertThat(picks(Balancer.of(Balance.ROUND_ROBIN), endpoints, 10))
                .containsExactly(0, 1, 0, 2, 0, 0, 1, 0, 2, 0);
    }

    @Test
    void roundRobinBeginsAnewWithANewList() {
        Balancer balancer = Balancer.of(Balance.ROUND_ROBIN);
        picks(balancer, endpoints(1, 1, 1), 2);

        assertThat(picks(balancer, endpoints(1, 1), 4)).containsExactly(0, 1, 0, 1);
    }

    @Test
    void leastRequestsPicksTheFewestForTheirWeight() {
        Endpoint[] endpoints = endpoints(1, 2, 1);
        begin(endpoints[0], 1);
        begin(endpoints[1], 2);
        begin(endpoints[2], 4);

        assertThat(picks(Balancer.of(Balance.LEAST_REQUESTS), endpoints, 4)).containsOnly(1);
    }

    @Test
    void leastRequestsGoesRoundAmongEquals() {
        assertThat(picks(Balancer.of(Balance.LEAST_REQUESTS), endpoints(1, 1, 1), 6))
                .containsExactly(1, 2, 0, 1, 2, 0);
    }

    @ParameterizedTest
    @EnumSource
    void triedAndUnhealthyEndpointsAreLeftOut(Balance balance) {
        Endpoint[] endpoints = endpoints(1, 1, 1);
        endpoints[1].healthy(false, "status 500");
        Balancer balancer = Balancer.of(balance);

        for (int i = 0; i < 6; i++) {
            assertThat(balancer.pick(endpoints, eligible.untried(0b001, 0))).isEqualTo(2);
        }
        assertThat(balancer.pick(endpoints, eligible.untried(0b101, 0))).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void ejectedEndpointIsTheLastResort(Balance balance) {
        Endpoint[] endpoints = endpoints(1, 1);
        eject(endpoints[0]);
        Balancer balancer = Balancer.of(balance);

        for (int i = 0; i < 4; i++) {
            assertThat(balancer.pick(endpoints, eligible.untried(0, 0))).isEqualTo(1);
        }
        assertThat(balancer.pick(endpoints, eligible.untried(0b10, 0))).isEqualTo(-1);
        assertThat(balancer.pick(endpoints, eligible.lastResort())).isEqualTo(0);
    }

    @Test
    void onlyEndpointIsPickedWhileItMayBe() {
        Endpoint[] endpoints = endpoints(5);
        Balancer balancer = Balancer.of(Balance.ROUND_ROBIN);

        assertThat(picks(balancer, endpoints, 2)).containsExactly(0, 0);
        assertThat(balancer.pick(endpoints, eligible.untried(1, 0))).isEqualTo(-1);
    }

    @Test
    void nothingIsPickedFromNothing() {
        for (Balance balance : Balance.values()) {
            assertThat(Balancer.of(balance).pick(new Endpoint[0], eligible.untried(0, 0)))
                    .isEqualTo(-1);
        }
    }

    private List<Integer> picks(Balancer balancer, Endpoint[] endpoints, int count) {
        List<Integer> picks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            picks.add(balancer.pick(endpoints, eligible.untried(0, 0)));
        }
        return picks;
    }

    private static Endpoint[] endpoints(int... weights) {
        Endpoint[] endpoints = new Endpoint[weights.length];
        for (int i = 0; i < weights.length; i++) {
            endpoints[i] = Endpoints.weighing(weights[i]);
        }
        return endpoints;
    }

    private static void begin(Endpoint endpoint, int requests) {
        for (int i = 0; i < requests; i++) {
            endpoint.pool(0).began();
        }
    }

    private static void eject(Endpoint endpoint) {
        endpoint.ejection().failed(0);
        assertThat(endpoint.ejection().failed(0)).isTrue();
    }
}
