package dev.sallyport.config.model.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
