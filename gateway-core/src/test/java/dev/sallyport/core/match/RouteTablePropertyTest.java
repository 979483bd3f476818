package dev.sallyport.core.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.match.Explanation.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every table and request: random ones from fixed seeds. */
class RouteTablePropertyTest {
    private static final List<String> LISTENERS = List.of("web", "inner");
    private static final List<String> HOSTS =
            List.of(
                    "*",
                    "a.x.y",
                    "b.x.y",
                    "x.y",
                    "*.x.y",
                    "**.x.y",
                    "**.y",
                    "*.y",
                    "c.a.x.y",
                    "*.a.x.y",
                    "**.a.x.y",
                    "[::1]");
    private static final List<String> REQUEST_HOSTS =
            List.of(
                    "",
                    "y",
                    "x.y",
                    "a.x.y",
                    "b.x.y",
                    "c.x.y",
                    "c.a.x.y",
                    "d.c.a.x.y",
                    "d.b.x.y",
                    "z",
                    "q.y",
                    "[::1]",
                    "ax.y");
    private static final List<String> PATHS =
            List.of(
                    "/",
                    "/a",
                    "/a/",
                    "/a/b",
                    "/a/b/",
                    "/a/b/c",
                    "/b",
                    "/ab",
                    "/a/bb",
                    "*",
                    "/a/b/c/d",
                    "/b/7",
                    "/c//",
                    "/;x",
                    "/a;x",
                    "/a;x/",
                    "/a;x/b",
                    "/a/b;x=y",
                    "/a%3Bx/b",
                    "/a/b;/c",
                    "/a%3A/b");
    private static final List<String> REGEXES =
            List.of("/a/.*", "/[a-b]", "/a/b|/b", "/.*/b.*", "/b/[0-9]+");

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 40})
    void agreesWithTryingEveryRouteAndExplainsWhatItDid(int size) {
        var random = new Random(size);
        for (int round = 0; round < 400; round++) {
            var entries = new ArrayList<RouteEntry<String>>();
            for (int i = 0; i < size; i++) {
                entries.add(entry(random, "r" + i));
            }
            var table = RouteTable.create(entries, LISTENERS, random.nextLong());
            var reference = new ReferenceMatcher(entries, LISTENERS);
            for (int i = 0; i < 60; i++) {
                var input = input(random);
                var expected = reference.find(input);

                assertThat(table.find(input)).as("%s of %s", input, entries).isEqualTo(expected);

                var explanation = table.explain(input);
                assertThat(explanation.answer()).isEqualTo(expected);
                assertThat(
                                explanation.candidates().stream()
                                        .filter(candidate -> candidate.outcome() == Outcome.WON)
                                        .map(Explanation.Considered::entry))
                        .isEqualTo(
                                expected instanceof Match.Found(var winner)
                                        ? List.of(winner)
                                        : List.of());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 10_000})
    void numberOfHostsDoesNotMatter(int hosts) {
        var entries = new ArrayList<RouteEntry<Integer>>();
        for (int i = 0; i < hosts; i++) {
            entries.add(
                    RouteEntry.of(
                            "r" + i,
                            List.of(HostPattern.parse("Host" + i + ".Example.COM")),
                            PathPattern.prefix("/a"),
                            i));
        }
        var table = RouteTable.create(entries, LISTENERS, 5);
        var random = new Random(6);

        for (int i = 0; i < hosts; i++) {
            var written = "host" + i + ".example.com";
            for (var spelling :
                    List.of(
                            written,
                            written.toUpperCase(Locale.ROOT),
                            mixed(random, written) + ".",
                            written + ".:8443")) {
                assertThat(table.find(FakeInput.get(onWire(spelling), "/a/b")))
                        .isEqualTo(new Match.Found<>(entries.get(i)));
            }
            assertThat(table.find(FakeInput.get(written, "/A"))).isInstanceOf(Match.NoRoute.class);
        }
        assertThat(table.find(FakeInput.get("host" + hosts + ".example.com", "/a")))
                .isInstanceOf(Match.UnknownHost.class);
    }

    @Test
    void seedDoesNotMatter() {
        var random = new Random(8);
        var entries = new ArrayList<RouteEntry<String>>();
        for (int i = 0; i < 30; i++) {
            entries.add(entry(random, "r" + i));
        }
        var zero = RouteTable.create(entries, LISTENERS, 0);
        for (int round = 0; round < 200; round++) {
            var input = input(random);
            assertThat(RouteTable.create(entries, LISTENERS, random.nextLong()).find(input))
                    .isEqualTo(zero.find(input));
        }
    }

    private static RouteEntry<String> entry(Random random, String name) {
        var hosts = new ArrayList<HostPattern>();
        for (int i = random.nextInt(3); i > 0; i--) {
            hosts.add(HostPattern.parse(pick(random, HOSTS)));
        }
        var written = pick(random, PATHS.subList(0, 9));
        var path =
                switch (random.nextInt(5)) {
                    case 0 -> PathPattern.exact(written);
                    case 1, 2 -> PathPattern.prefix(written);
                    case 3 -> PathPattern.regex(pick(random, REGEXES));
                    default -> null;
                };
        return new RouteEntry<>(
                name,
                hosts,
                path,
                random.nextInt(3) == 0
                        ? List.of(pick(random, List.of("GET", "POST", "PUT")))
                        : List.of(),
                values(random, "x-a"),
                values(random, "q"),
                random.nextInt(6) == 0
                        ? NetworkSet.of(List.of(NetworkSetTest.network("10.0.0.0/8")))
                        : null,
                random.nextInt(6) == 0 ? List.of(pick(random, LISTENERS)) : List.of(),
                name);
    }

    private static Map<String, ValuePattern> values(Random random, String name) {
        return random.nextInt(4) == 0
                ? Map.of(name, ValuePattern.parse(pick(random, List.of("*", "1", "~[12]"))))
                : Map.of();
    }

    private static FakeInput input(Random random) {
        var input =
                FakeInput.get(pick(random, REQUEST_HOSTS), pick(random, PATHS))
                        .withMethod(pick(random, List.of("GET", "HEAD", "POST", "DELETE")))
                        .withClient(pick(random, List.of("10.1.1.1", "192.0.2.1", "::a01:101")))
                        .withListener(random.nextInt(2))
                        .withQuery(
                                pick(
                                        random,
                                        List.of(
                                                "",
                                                "?",
                                                "?q=1",
                                                "?p=2&q=2&r",
                                                "?q=1&q=3",
                                                "?q",
                                                "?&q=2")));
        for (int i = random.nextInt(3); i > 0; i--) {
            input =
                    input.withField(
                            pick(random, List.of("x-a", "X-A", "x-b")),
                            pick(random, List.of("1", "2", "3")));
        }
        return input;
    }

    private static String onWire(String authority) {
        byte[] bytes = authority.getBytes(StandardCharsets.US_ASCII);
        byte[] host = new byte[HostNames.MAX_LENGTH];
        long canonical = HostNames.canonicalise(bytes, 0, bytes.length, host, 0);
        return new String(host, 0, HostNames.length(canonical), StandardCharsets.US_ASCII);
    }

    private static String mixed(Random random, String text) {
        var mixed = new StringBuilder();
        text.chars()
                .forEach(c ->
                        mixed.append((char) (random.nextBoolean() ? Character.toUpperCase(c) : c)));
        return mixed.toString();
    }

    private static String pick(Random random, List<String> values) {
        return values.get(random.nextInt(values.size()));
    }
}
