package dev.sallyport.core.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.exchange.ExchangeStand;
import dev.sallyport.core.exchange.FakeDownstream;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SecurityHeadersFilterTest {
    private static SecurityHeadersFilter.Config config(
            SecurityHeadersFilter.Framing framing, boolean override) {
        return new SecurityHeadersFilter.Config(
                true,
                framing,
                "strict-origin-when-cross-origin",
                null,
                null,
                "same-origin",
                null,
                override,
                List.of("server", "x-powered-by"));
    }

    private static FakeDownstream answered(
            SecurityHeadersFilter.Config config, String... responseLines) {
        var stand = new ExchangeStand();
        stand.run(config.create());
        stand.upstream().call().answer("HTTP/1.1 204 No Content", responseLines);
        return stand.downstream();
    }

    @Test
    void addsWhatTheApplicationDoesNotSay() {
        var client = answered(config(SecurityHeadersFilter.Framing.SAME_ORIGIN, false));

        assertThat(client.values("x-content-type-options")).containsExactly("nosniff");
        assertThat(client.values("x-frame-options")).containsExactly("SAMEORIGIN");
        assertThat(client.values("referrer-policy"))
                .containsExactly("strict-origin-when-cross-origin");
        assertThat(client.values("cross-origin-opener-policy")).containsExactly("same-origin");
        assertThat(client.values("content-security-policy")).isEmpty();
    }

    @Test
    void leavesWhatTheApplicationSays() {
        var client =
                answered(
                        config(SecurityHeadersFilter.Framing.SAME_ORIGIN, false),
                        "Referrer-Policy: no-referrer",
                        "X-Frame-Options: DENY");

        assertThat(client.values("referrer-policy")).containsExactly("no-referrer");
        assertThat(client.values("x-frame-options")).containsExactly("DENY");
    }

    @Test
    void leavesFramingToAPolicyThatSpeaksOfIt() {
        var client =
                answered(
                        config(SecurityHeadersFilter.Framing.SAME_ORIGIN, false),
                        "Content-Security-Policy: default-src *",
                        "Content-Security-Policy: img-src *; Frame-Ancestors https://b.test");

        assertThat(client.values("x-frame-options")).isEmpty();
    }

    @Test
    void replacesWhatTheApplicationSaysWhenAsked() {
        var client =
                answered(
                        config(SecurityHeadersFilter.Framing.DENY, true),
                        "Referrer-Policy: no-referrer",
                        "Content-Security-Policy: frame-ancestors *",
                        "X-Frame-Options: ALLOWALL");

        assertThat(client.values("referrer-policy"))
                .containsExactly("strict-origin-when-cross-origin");
        assertThat(client.values("x-frame-options")).containsExactly("DENY");
    }

    @Test
    void removesTheNamesOfTheSoftware() {
        var client =
                answered(
                        config(SecurityHeadersFilter.Framing.ANY, false),
                        "Server: nginx/1.2",
                        "X-Powered-By: PHP/5");

        assertThat(client.values("server")).isEmpty();
        assertThat(client.values("x-powered-by")).isEmpty();
        assertThat(client.values("x-frame-options")).isEmpty();
    }
}
