package dev.sallyport.core.boot.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.snapshot.ConfiguredRoutes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The check lets pass what a table of routes can be made of, and nothing else: a route that only
 * the table refused would keep all others out of force.
 */
final class WrittenRoutesTest {
    @TempDir Path folder;

    @ParameterizedTest
    @MethodSource("odd")
    void saysOfEachOddRouteWhatIsWrongOrServesIt(String route) throws IOException {
        var file = read(route);

        var config = file.config();
        if (config == null) {
            assertThat(file.problems().toString()).contains("expected: ");
        } else {
            assertThat(ConfiguredRoutes.table(config)).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host: '[2001:db8:0::1]'",
                "host: '::1'",
                "host: b\u00fccher.example",
                "path: /\u00e9",
                "path: /a%2Db",
                "path-regex: '/users/[0-9]+'",
            })
    void takesWhatTheDocumentsShow(String route) throws IOException {
        var config = Objects.requireNonNull(read(route).config());

        assertThat(ConfiguredRoutes.table(config)).isNotNull();
    }

    private ConfigFile read(String route) throws IOException {
        var file = folder.resolve("sallyport.yaml");
        Files.writeString(file, "routes:\n  odd: {" + route + ", respond: 404}\n");
        return ConfigFile.read(file);
    }

    static String[] odd() {
        return """
        path: /a%2fb
        path: /a%5Cb
        path: /a%00
        path: /a%7f
        path: /..;x/b
        path: /a//b
        path: /a%zz
        path: '/a%'
        path: '/a%4'
        path: //
        path: /%2e%2e/x
        path: /.
        path: '/[x]'
        path: /a|b
        path: '/{x}'
        path: '/a b'
        path: '/a?b'
        path: '/a#b'
        path: /;x
        path-prefix: /a%3Bb
        path-prefix: /a;b=c
        path-prefix: /a%2fb
        path-prefix: /a//b
        path-prefix: /%2E/
        path-prefix: /a%zz
        path-prefix: '/[x]'
        path-regex: (
        path-regex: ''
        path-regex: '(a{200}){3}'
        path-regex: 'LONG'
        headers: {x: '~(a{200}){3}'}
        headers: {x: '~'}
        headers: {x: '~LONG'}
        headers: {':path': a}
        query: {x: '~LONG'}
        query: {'': a}
        query: {'a=b': c}
        host: 127.1
        host: 0x7f.1
        host: 1.2.3.4.5
        host: '*.10.0.0.1'
        host: '[::1'
        host: 'fe80::1%lo'
        host: '**.example.com'
        host: 'a.*.com'
        host: -a.com
        host: a-.com
        host: a.-b.com
        host: a_b.com
        host: xn--.com
        host: LABEL.com
        host: 'ab--cd.com'
        host: '\u2603.net'
        host: 'p\u0430ypal.com'
        methods: [A_B]
        methods: [LONG]
        client: ['::ffff:10.0.0.0/104']
        client: ['0.0.0.0/0']
        """
                .replace("LONG", "A".repeat(1001))
                .replace("LABEL", "a".repeat(64))
                .strip()
                .split("\n");
    }
}
