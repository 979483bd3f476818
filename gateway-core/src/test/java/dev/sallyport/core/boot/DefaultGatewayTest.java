package dev.sallyport.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DefaultGatewayTest {
    @Test
    void isThatOfTheDefaultRoute() {
        assertThat(
                        DefaultGateway.find(
                                """
                                Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask
                                eth1\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF
                                eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000
                                """))
                .containsExactly(172, 17, 0, 1);
    }

    @Test
    void isNoneWithoutADefaultRoute() {
        assertThat(DefaultGateway.find("")).isEmpty();
        assertThat(DefaultGateway.find("Iface\tDestination\tGateway\nlo\t0000007F\t00000000\n"))
                .isEmpty();
    }
}
