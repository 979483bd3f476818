package dev.sallyport.acme.ondemand;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameRulesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "a.b.shop.example.com",
                "xn--bcher-kva.example",
                "1.example.com",
                "www.www.com",
                "a.bb.a.example.com"
            })
    void letsHostNamesPass(String name) {
        assertThat(NameRules.refusal(name)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "127.0.0.1",
                "1.0.0.127",
                "::1",
                "[::1]",
                "a..example.com",
                ".example.com",
                "example.com.",
                "-a.example.com",
                "a-.example.com",
                "a_b.example.com",
                "A.example.com",
                "*.example.com",
                "b\u00fccher.example.com",
                "a b.example.com",
                "a/b.example.com",
                "example.123",
                "www.www.example.com",
                "x.www.www.www.example.com",
                "a.b.c.d.e.f.g.h.i.j.example"
            })
    void refusesWhatIsNone(String name) {
        assertThat(NameRules.refusal(name)).isNotNull();
    }

    @Test
    void refusesWhatIsLongerThanDnsAllows() {
        String label = "a".repeat(63);

        assertThat(NameRules.refusal(label + ".example.com")).isNull();
        assertThat(NameRules.refusal(label + "a.example.com")).isNotNull();
        assertThat(NameRules.refusal((label + ".b.").repeat(3) + label + ".example")).isNotNull();
    }
}
