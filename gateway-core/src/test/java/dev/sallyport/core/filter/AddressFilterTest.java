package dev.sallyport.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.config.model.value.Network;
import dev.sallyport.core.exchange.ExchangeStand;
import dev.sallyport.core.exchange.Filter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressFilterTest {
    private final ExchangeStand stand = new ExchangeStand();

    private static Filter filter(List<String> allow, List<String> deny) {
        return new AddressFilter.Config(
                        allow.stream().map(Network::parse).toList(),
                        deny.stream().map(Network::parse).toList())
                .create();
    }

    private boolean letsIn(Filter filter, String address) {
        int before = stand.upstream().calls().size();
        var client = stand.from(address).run(filter);
        boolean isForwarded = stand.upstream().calls().size() > before;
        assertThat(client.status()).isEqualTo(isForwarded ? 0 : 403);
        return isForwarded;
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, true",
        "10.1.0.1, false",
        "10.1.2.3, true",
        "10.1.2.4, false",
        "11.0.0.1, false",
        "fd00::1, true",
        "fd00:1::1, false",
        "2001:db8::1, false",
        "::ffff:10.0.0.1, true",
        "::ffff:10.1.0.1, false"
    })
    void narrowestNetworkDecides(String address, boolean expected) {
        var filter =
                filter(
                        List.of("10.0.0.0/8", "10.1.2.3", "fd00::/8"),
                        List.of("10.1.0.0/16", "fd00:1::/32"));

        assertThat(letsIn(filter, address)).isEqualTo(expected);
    }

    @Test
    void letsOthersInWhenOnlyDenying() {
        var filter = filter(List.of(), List.of("203.0.113.0/24", "2001:db8::/32"));

        assertThat(letsIn(filter, "198.51.100.1")).isTrue();
        assertThat(letsIn(filter, "2001:db9::1")).isTrue();
        assertThat(letsIn(filter, "203.0.113.9")).isFalse();
        assertThat(letsIn(filter, "2001:db8::9")).isFalse();
    }

    @Test
    void deniesWhatBothListsName() {
        var filter = filter(List.of("10.0.0.0/8"), List.of("10.0.0.0/8"));

        assertThat(letsIn(filter, "10.0.0.1")).isFalse();
    }

    @Test
    void readsTheWholeFamilyAsOneNetwork() {
        var filter = filter(List.of("10.0.0.0/8"), List.of("0.0.0.0/0"));

        assertThat(letsIn(filter, "10.9.9.9")).isTrue();
        assertThat(letsIn(filter, "9.9.9.9")).isFalse();
        assertThat(letsIn(filter, "fd00::1")).isFalse();
    }

    @Test
    void judgesTheClientBehindATrustedProxyAndNobodyElsesWord() {
        var filter = filter(List.of("10.0.0.0/8"), List.of());

        stand.from("198.51.100.1").run(filter, "X-Forwarded-For: 10.0.0.1");
        assertThat(stand.downstream().status()).isEqualTo(403);

        stand.trusting("198.51.100.0/24").run(filter, "X-Forwarded-For: 203.0.113.1, 10.0.0.1");
        assertThat(stand.downstream().status()).isEqualTo(0);
    }

    @Test
    void refusesARuleWithoutNetworks() {
        assertThatThrownBy(() -> filter(List.of(), List.of()))
                .hasMessage("neither allow nor deny (expected: at least one network)");
    }
}
