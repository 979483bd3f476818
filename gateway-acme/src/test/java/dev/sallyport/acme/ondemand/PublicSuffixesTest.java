package dev.sallyport.acme.ondemand;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicSuffixesTest {
    @TempDir private Path folder;

    private final PublicSuffixes suffixes = PublicSuffixes.ofJdk();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "co.uk",
                "com.au",
                "any.ck", // *.ck
                "a.sch.uk", // *.sch.uk
                "xn--55qx5d.cn", // 公司.cn
                "gov.uk"
            })
    void refusesWhatOthersRegisterBelow(String name) {
        assertThat(suffixes.refusal(name)).isEqualTo("a public suffix");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.co.uk",
                "www.ck", // !www.ck
                "example.com",
                "shop.example.com",
                "city.kobe.jp", // !city.kobe.jp
                "github.io", // of the list's private part
                "a.test"
            })
    void takesAllElse(String name) {
        assertThat(suffixes.refusal(name)).isNull();
    }

    @Test
    void listThatCannotBeReadRefusesAll() {
        assertThat(new PublicSuffixes(Path.of("/nowhere/list")).refusal("example.com"))
                .startsWith("the public suffix list cannot be read: ");
    }

    @Test
    void neitherAsksAboutNorOrdersAPublicSuffix() throws Exception {
        try (var service = new AskedService();
                var stand = GateStand.start(folder, "ask: \"" + service.address() + "\"")) {
            stand.serve(
                    """
                    acme: {on-demand: {ask: "%s"}}
                    routes: {any: {respond: 200}}
                    listeners: {secure: {address: "127.0.0.1:0", tls: {}}}
                    """
                            .formatted(service.address()));
            stand.wantUntilAnswered("co.uk");

            assertThat(String.valueOf(stand.gate.tree())).contains("a public suffix");
            assertThat(service.asked).isEmpty();
            assertThat(stand.orders.taken).isEmpty();
            assertThat(stand.count(Decision.PUBLIC_SUFFIX)).isOne();
        }
    }
}
