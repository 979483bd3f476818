package dev.sallyport.core.boot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SiteTest {
    @ParameterizedTest
    @CsvSource({
        "https://localhost:8443, https://localhost:8443/, true",
        "https://localhost/, https://localhost/, true",
        "http://localhost:8080, http://localhost:8080/, true",
        "app.example.com, https://app.example.com/, false",
        "app.example.com:8443, https://app.example.com:8443/, false",
        "https://[::1]:8443, https://[::1]:8443/, true",
        "https://127.0.0.1, https://127.0.0.1/, true",
        "https://APP.Example.COM, https://app.example.com/, false",
        "tls://localhost:5433, tls://localhost:5433, true",
        "tcp://127.0.0.1:5433, tcp://127.0.0.1:5433, true",
    })
    void readsWhereClientsCome(String text, String url, boolean isLocal) throws Failure {
        Site site = Site.parse(text);

        assertThat(site.url()).isEqualTo(url);
        assertThat(site.isLocal()).isEqualTo(isLocal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ftp://localhost",
                "https://",
                "https://localhost/path",
                "https://localhost?x",
                "https://user@localhost",
                "https://a b",
                "https://*",
                "localhost:port",
            })
    void refusesWhatIsNoSite(String text) {
        assertThatThrownBy(() -> Site.parse(text))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.exit()).isEqualTo(Exit.USAGE))
                .hasMessageStartingWith("--from: \"" + text + "\" (expected: such as https://");
    }

    @Test
    void offersLocalNamesToThisMachineAlone() throws Failure {
        assertThat(Site.parse("https://localhost:8443").listeners())
                .isEqualTo(Map.of("secure", Map.of("address", "127.0.0.1:8443", "tls", Map.of())));
        assertThat(Site.parse("http://[::1]:8080").listeners())
                .isEqualTo(Map.of("web", Map.of("address", "[::1]:8080")));
    }

    @Test
    void redirectsToHttpsForHostAlone() throws Failure {
        assertThat(Site.parse("app.example.com").listeners())
                .isEqualTo(
                        Map.of(
                                "web", Map.of("address", ":80", "redirect-to-https", "true"),
                                "secure", Map.of("address", ":443", "tls", Map.of())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls://localhost", "tcp://localhost"})
    void asksForThePortOfOtherProtocols(String text) {
        assertThatThrownBy(() -> Site.parse(text))
                .isInstanceOf(Failure.class)
                .hasMessage("--from: \"%s\" (expected: a port, as in %s:5432)", text, text);
    }

    @Test
    void carriesOtherProtocolsByTcpRoutes() throws Failure {
        Site site = Site.parse("tls://localhost:5433");

        assertThat(site.listeners())
                .isEqualTo(
                        Map.of(
                                "tcp",
                                Map.of(
                                        "address",
                                        "127.0.0.1:5433",
                                        "kind",
                                        "tcp",
                                        "tls",
                                        Map.of())));
        assertThat(site.routes("127.0.0.1:5432"))
                .isEqualTo(
                        Map.of(
                                "tcp-routes",
                                Map.of(
                                        "site",
                                        Map.of(
                                                "listeners",
                                                List.of("tcp"),
                                                "sni",
                                                List.of("localhost"),
                                                "forward",
                                                "127.0.0.1:5432"))));
    }
}
