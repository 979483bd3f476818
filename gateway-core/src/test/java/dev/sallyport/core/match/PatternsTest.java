package dev.sallyport.core.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Written forms of hosts, paths and values. */
class PatternsTest {

    @ParameterizedTest
    @CsvSource({
        "Example.COM., example.com",
        "*.Example.com, *.example.com",
        "**.example.com, **.example.com",
        "*, *",
        "[0:0::1], [::1]",
        "10.0.0.1, 10.0.0.1",
        "xn--BCHER-kva.example, xn--bcher-kva.example",
    })
    void hostHasOneForm(String text, String canonical) {
        assertThat(HostPattern.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*.",
                "a.*.example",
                "*a.example",
                "***.example",
                "*.10.0.0.1",
                "*.[::1]",
                "example.com:80",
                "example.com:",
                "http://example.com",
                "a b",
                "b\u00fccher.example",
            })
    void refusesWhatIsNoHost(String text) {
        assertThatThrownBy(() -> HostPattern.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: ");
    }

    @ParameterizedTest
    @CsvSource({"/a, /a", "/%61%2d%7E, /a-~", "/%c3%a9, /%C3%A9", "/\u00e9, /%C3%A9", "/, /"})
    void pathHasOneForm(String text, String canonical) {
        assertThat(PathPattern.exact(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/a//b",
                "//",
                "/a/../b",
                "/..",
                "/.",
                "/%2e%2e/a",
                "/..;x/a",
                "/a;b=c",
                "/a%3bb",
                "/a%2fb",
                "/a%5Cb",
                "/%00",
                "/%zz",
                "/%4",
                "/a?b",
                "/a#b",
                "/a b",
                "/a\\b"
            })
    void refusesWhatNoRequestCanHave(String text) {
        assertThatThrownBy(() -> PathPattern.exact(text)).hasMessageContaining("expected: ");
        assertThatThrownBy(() -> PathPattern.prefix(text)).hasMessageContaining("expected: ");
    }

    @ParameterizedTest
    @CsvSource({
        "abc, abc, true",
        "abc, abcd, false",
        "abc, xabc, false",
        "^abc$, abc, true",
        "ab*, a, true",
        "ab?, a, true",
        "'ab{0,1}', a, true",
        "ab+, abb, true",
        "a|b, b, true",
        "(?i)abc, ABC, true",
        "a\\.c, a.c, true",
        "a\\.c, abc, false",
        "caf., caf\u00e9, true",
        "[0-9]+, '', false",
    })
    void regexFitsWholeValue(String regex, String value, boolean fits) {
        byte[] bytes = ("#" + value + "#").getBytes(StandardCharsets.UTF_8);

        assertThat(ValuePattern.parse("~" + regex).fits(bytes, 1, bytes.length - 2))
                .isEqualTo(fits);
    }

    @Test
    void regexTakesBytesThatAreNoText() {
        byte[] bytes = {(byte) 0xc3, 'a', (byte) 0xff, (byte) 0xe2, (byte) 0x82};

        assertThat(ValuePattern.parse("~[a-z]*").fits(bytes, 0, bytes.length)).isFalse();
        assertThat(ValuePattern.parse("~.*").fits(bytes, 0, bytes.length)).isTrue();
    }

    @Test
    void refusesRegexThatIsBrokenOrTooLarge() {
        assertThatThrownBy(() -> PathPattern.regex("/(a")).hasMessageContaining("RE2 syntax");
        assertThatThrownBy(() -> PathPattern.regex("/a(?=b)")).hasMessageContaining("RE2 syntax");
        assertThatThrownBy(() -> PathPattern.regex(""))
                .hasMessageContaining("0 characters (expected: 1..1000)");
        assertThatThrownBy(() -> PathPattern.regex("/" + "a".repeat(1000)))
                .hasMessageContaining("1001 characters");
        assertThatThrownBy(() -> PathPattern.regex("/(([a-z]{30}){30})"))
                .hasMessageContaining("(expected: at most 250");
    }
}
