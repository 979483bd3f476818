package dev.sallyport.config.model.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostPatternTest {
    @ParameterizedTest
    @CsvSource({
        "example.com, example.com, true",
        "example.com, www.example.com, false",
        "*.example.com, www.example.com, true",
        "*.example.com, example.com, false",
        "*.example.com, a.b.example.com, false",
        "*.example.com, .example.com, false",
        "*.example.com, wwwexample.com, false",
        "*.example.com, www.example.org, false",
        "127.0.0.1, 127.0.0.1, true",
        "::1, ::1, true",
    })
    void matchesOneLabelByAWildcard(String pattern, String host, boolean matches) {
        assertThat(HostPattern.parse(pattern).matches(host)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "app.localhost, true",
        "*.test, true",
        "db.internal, true",
        "127.8.9.1, true",
        "::1, true",
        "10.0.0.1, false",
        "example.com, false",
        "test.example, false",
    })
    void knowsNamesNoPublicAuthorityCertifies(String pattern, boolean local) {
        assertThat(HostPattern.parse(pattern).isLocal()).isEqualTo(local);
    }

    /** UTS 46 without its transition: what browsers ask for. */
    @ParameterizedTest
    @CsvSource({
        "b\u00fccher.example, xn--bcher-kva.example",
        "B\u00dcCHER.example, xn--bcher-kva.example",
        "*.bu\u0308cher.example, *.xn--bcher-kva.example",
        "fa\u00df.de, xn--fa-hia.de",
        "\u03b2\u03cc\u03bb\u03bf\u03c2.com, xn--nxasmm1c.com",
        "\u65e5\u672c\u8a9e.jp, xn--wgv71a119e.jp",
        "\u4f8b\u3048.jp, xn--r8jz45g.jp",
        "\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444, xn--e1afmkfd.xn--p1ai",
        "\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587\u3002cn, xn--ihqwcrb4cv8a8dqg056pqjye.cn",
        "\u0130.example, xn--i-9bb.example",
        "xn--BCHER-kva.example, xn--bcher-kva.example",
        "Example.COM., example.com",
    })
    void readsEveryScriptAsClientsSendIt(String written, String name) {
        assertThat(HostPattern.parse(written)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u2100.example",
                "\u0308a.example",
                "a\u200db.example",
                "-a.example",
                "a-.example",
                "a..example",
                "a b.example",
                "a_b.example",
                "**.example.com",
                "*.10.0.0.1",
            })
    void refusesWhatIsNoHost(String written) {
        assertThatThrownBy(() -> HostPattern.parse(written)).isInstanceOf(InvalidValue.class);
    }

    @Test
    void refusesLettersThatImitateOthers() {
        assertThatThrownBy(() -> HostPattern.parse("p\u0430ypal.com"))
                .hasMessageContaining("mixes [LATIN, CYRILLIC]")
                .hasMessageContaining("xn--pypal-4ve");
    }
}
