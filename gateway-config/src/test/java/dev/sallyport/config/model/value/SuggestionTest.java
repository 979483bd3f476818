package dev.sallyport.config.model.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SuggestionTest {
    private static final List<String> KEYS =
            List.of(
                    "host",
                    "path",
                    "path-prefix",
                    "path-regex",
                    "methods",
                    "forward",
                    "key-file",
                    "certificate-file",
                    "connect-timeout",
                    "to");

    @ParameterizedTest
    @CsvSource({
        "hots, host",
        "Host, host",
        "path-prefx, path-prefix",
        "pathPrefix, path-prefix",
        "path_prefix, path-prefix",
        "cert-file, certificate-file",
        "conn-timeout, connect-timeout",
        "froward, forward",
        "method, methods",
        "prefix, path-prefix",
        "certificate, certificate-file",
    })
    void findsWhatWasMeant(String word, String meant) {
        assertThat(Suggestion.nearest(word, KEYS)).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({"location", "upstream", "x", "zzz", "timeout-of-the-whole-request-in-seconds"})
    void saysNothingRatherThanNonsense(String word) {
        assertThat(Suggestion.nearest(word, KEYS)).isNull();
    }
}
