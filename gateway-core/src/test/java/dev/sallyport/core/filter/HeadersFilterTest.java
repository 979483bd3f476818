package dev.sallyport.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.core.exchange.ExchangeStand;
import dev.sallyport.core.exchange.Filter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeadersFilterTest {
    private static final HeadersFilter.Edits NONE =
            new HeadersFilter.Edits(List.of(), Map.of(), Map.of());

    private final ExchangeStand stand = new ExchangeStand();

    private static Filter onRequest(HeadersFilter.Edits edits) {
        return new HeadersFilter.Config(edits, NONE).create();
    }

    private static HeadersFilter.Edits edits(
            List<String> remove, Map<String, String> set, Map<String, String> add) {
        return new HeadersFilter.Edits(remove, set, add);
    }

    @Test
    void editsWhatTheEndpointSees() {
        var filter =
                onRequest(
                        edits(
                                List.of("Cookie", "x-gone"),
                                Map.of("X-Tenant", "acme"),
                                Map.of("X-Tag", "b")));

        stand.run(
                filter,
                "cookie: a=1",
                "X-Gone: 1",
                "x-gone: 2",
                "x-tenant: evil",
                "X-TENANT: evil",
                "x-tag: a");

        var call = stand.upstream().call();
        assertThat(call.values("cookie")).isEmpty();
        assertThat(call.values("x-gone")).isEmpty();
        assertThat(call.values("x-tenant")).containsExactly("acme");
        assertThat(call.values("x-tag")).containsExactly("a", "b");
    }

    @Test
    void editsWhatTheClientSees() {
        var filter =
                new HeadersFilter.Config(
                                NONE,
                                edits(
                                        List.of("x-debug"),
                                        Map.of("cache-control", "no-store"),
                                        Map.of("vary", "accept")))
                        .create();
        stand.run(filter);

        stand.upstream()
                .call()
                .answer("HTTP/1.1 204 No Content", "X-Debug: 1", "Cache-Control: a", "Vary: b");

        assertThat(stand.downstream().values("x-debug")).isEmpty();
        assertThat(stand.downstream().values("cache-control")).containsExactly("no-store");
        assertThat(stand.downstream().values("vary")).containsExactly("b", "accept");
    }

    @Test
    void refusesAClientThatWouldHaveTheFieldTakenOutAgain() {
        var filter = onRequest(edits(List.of(), Map.of("x-tenant", "acme"), Map.of()));

        var client = stand.run(filter, "Connection: keep-alive, X-Tenant");

        assertThat(client.status()).isEqualTo(400);
        assertThat(stand.upstream().calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "content-length",
                "Transfer-Encoding",
                "connection",
                "X-Forwarded-For",
                "x-forwarded-user",
                "via",
                "x_tenant",
                "x tenant",
                ""
            })
    void refusesToEditWhatTheEdgeOwns(String name) {
        var edits = edits(List.of(), Map.of(name, "x"), Map.of());

        assertThatThrownBy(() -> new HeadersFilter.Config(edits, NONE))
                .hasMessageStartingWith("\"" + name + "\" (expected: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb: c", "a\nb", "a\0b", "\u00e9"})
    void refusesValuesThatCannotStandInAField(String value) {
        assertThatThrownBy(() -> edits(List.of(), Map.of(), Map.of("x-a", value)))
                .hasMessageContaining("(expected: visible ASCII");
    }
}
