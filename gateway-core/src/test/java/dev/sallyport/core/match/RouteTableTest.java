package dev.sallyport.core.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sallyport.core.match.Explanation.Outcome;
import dev.sallyport.core.match.Match.Found;
import dev.sallyport.core.match.Match.MethodNotAllowed;
import dev.sallyport.core.match.Match.NoRoute;
import dev.sallyport.core.match.Match.PathTooLong;
import dev.sallyport.core.match.Match.UnknownHost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rule of precedence, sentence by sentence as docs/routing.md writes it. */
class RouteTableTest {
    private final List<RouteEntry<String>> routes = new ArrayList<>();

    @Test
    void exactHostComesBeforeWildcardAndAnyHost() {
        route("any", null);
        route("wildcard", null, "*.example.com");
        route("exact", null, "shop.example.com");

        assertThat(winner("shop.example.com", "/")).isEqualTo("exact");
        assertThat(winner("blog.example.com", "/")).isEqualTo("wildcard");
        assertThat(winner("example.org", "/")).isEqualTo("any");
    }

    @Test
    void longerWildcardComesBeforeShorterOne() {
        route("short", null, "**.example.com");
        route("long", null, "**.eu.example.com");

        assertThat(winner("a.b.eu.example.com", "/")).isEqualTo("long");
        assertThat(winner("eu.example.com", "/")).isEqualTo("short");
        assertThat(winner("a.b.us.example.com", "/")).isEqualTo("short");
    }

    @Test
    void oneLabelWildcardComesBeforeOpenOneOfTheSameSuffix() {
        route("open", null, "**.example.com");
        route("one", null, "*.example.com");

        assertThat(winner("a.example.com", "/")).isEqualTo("one");
        assertThat(winner("a.b.example.com", "/")).isEqualTo("open");
    }

    @Test
    void wildcardNeedsItsLabel() {
        route("one", null, "*.example.com");
        route("open", null, "**.example.org");

        assertThat(find("example.com", "/")).isInstanceOf(UnknownHost.class);
        assertThat(find("example.org", "/")).isInstanceOf(UnknownHost.class);
        assertThat(find("a.b.example.com", "/")).isInstanceOf(UnknownHost.class);
        assertThat(find("badexample.com", "/")).isInstanceOf(UnknownHost.class);
    }

    @Test
    void hostComesBeforePath() {
        route("any", PathPattern.exact("/cart"));
        route("exact", null, "shop.example.com");

        assertThat(winner("shop.example.com", "/cart")).isEqualTo("exact");
    }

    @Test
    void exactPathComesBeforePrefixes() {
        route("prefix", PathPattern.prefix("/v1/users"));
        route("exact", PathPattern.exact("/v1/users"));

        assertThat(winner("a", "/v1/users")).isEqualTo("exact");
        assertThat(winner("a", "/v1/users/")).isEqualTo("prefix");
    }

    @Test
    void longerPrefixComesBeforeShorterOne() {
        route("short", PathPattern.prefix("/v1"));
        route("long", PathPattern.prefix("/v1/users"));

        assertThat(winner("a", "/v1/users/7")).isEqualTo("long");
        assertThat(winner("a", "/v1/user")).isEqualTo("short");
        assertThat(winner("a", "/v1")).isEqualTo("short");
    }

    @Test
    void prefixEndsAtSegmentBoundary() {
        route("api", PathPattern.prefix("/api"));

        assertThat(winner("a", "/api")).isEqualTo("api");
        assertThat(winner("a", "/api/")).isEqualTo("api");
        assertThat(winner("a", "/api/x")).isEqualTo("api");
        assertThat(find("a", "/apix")).isInstanceOf(NoRoute.class);
        assertThat(find("a", "/API")).isInstanceOf(NoRoute.class);
        assertThat(find("a", "/api;x")).isInstanceOf(NoRoute.class);
    }

    @Test
    void slashAtTheEndOfPrefixSaysNothingMore() {
        route("api", PathPattern.prefix("/api/"));

        assertThat(winner("a", "/api")).isEqualTo("api");
        assertThat(winner("a", "/api/x")).isEqualTo("api");
    }

    @Test
    void slashAtTheEndOfExactPathCounts() {
        route("with", PathPattern.exact("/api/"));
        route("root", PathPattern.exact("/"));

        assertThat(winner("a", "/api/")).isEqualTo("with");
        assertThat(find("a", "/api")).isInstanceOf(NoRoute.class);
        assertThat(winner("a", "/")).isEqualTo("root");
    }

    @Test
    void prefixComesBeforeRegexAndRegexBeforeAnyPath() {
        route("none", null);
        route("regex", PathPattern.regex("/users/[0-9]+"));
        route("slash", PathPattern.prefix("/"));
        route("prefix", PathPattern.prefix("/users/7"));

        assertThat(winner("a", "/users/7")).isEqualTo("prefix");
        assertThat(winner("a", "/users/8")).isEqualTo("regex");
        assertThat(winner("a", "/users/x")).isEqualTo("none");
    }

    @Test
    void regexFitsWholePathOnly() {
        route("regex", PathPattern.regex("/users/[0-9]+"));

        assertThat(find("a", "/users/8/x")).isInstanceOf(NoRoute.class);
        assertThat(find("a", "/x/users/8")).isInstanceOf(NoRoute.class);
    }

    @Test
    void firstDeclaredRegexComesFirst() {
        route("first", PathPattern.regex("/users/.*"));
        route("second", PathPattern.regex("/users/[0-9]+"));

        assertThat(winner("a", "/users/8")).isEqualTo("first");
    }

    @Test
    void pathTooLongForRegexFallsThroughToNothing() {
        route("any", null);
        route("admin", PathPattern.regex("/admin/[a-z]+"));
        route("prefix", PathPattern.prefix("/admin/x"));
        var padding = "x".repeat(16_000);

        assertThat(find("a", "/admin/" + padding)).isInstanceOf(PathTooLong.class);
        assertThat(table().explain(FakeInput.get("a", "/admin/" + padding)).answer())
                .isInstanceOf(PathTooLong.class);
        assertThat(winner("a", "/admin/x/" + padding)).isEqualTo("prefix");
        assertThat(winner("a", "/other/" + padding)).isEqualTo("any");
    }

    @Test
    void prefixOfSlashIsAnyPath() {
        route("none", null);
        route("slash", PathPattern.prefix("/"));

        assertThat(winner("a", "/x")).isEqualTo("none");
    }

    @Test
    void moreConditionsComeBeforeFewer() {
        route("none", null);
        add("method", List.of("GET"), Map.of(), Map.of(), null, List.of());
        add("two", List.of("GET"), Map.of("x-version", "2"), Map.of(), null, List.of());

        assertThat(winner(FakeInput.get("a", "/").withField("X-Version", "2"))).isEqualTo("two");
        assertThat(winner(FakeInput.get("a", "/"))).isEqualTo("method");
        assertThat(winner(FakeInput.get("a", "/").withMethod("POST"))).isEqualTo("none");
    }

    @Test
    void firstDeclaredComesFirstAmongEquals() {
        add("header", List.of(), Map.of("x-a", "*"), Map.of(), null, List.of());
        add("query", List.of(), Map.of(), Map.of("b", "*"), null, List.of());

        assertThat(winner(FakeInput.get("a", "/").withField("x-a", "1").withQuery("?b=1")))
                .isEqualTo("header");
    }

    @Test
    void unmetConditionFallsThroughToNextCandidate() {
        routes.add(entry("post", PathPattern.exact("/v1"), List.of("POST")));
        route("prefix", PathPattern.prefix("/v1"));

        assertThat(winner("a", "/v1")).isEqualTo("prefix");
    }

    @Test
    void pathFallsThroughAcrossHosts() {
        route("exact", PathPattern.prefix("/api"), "shop.example.com");
        route("one", PathPattern.prefix("/img"), "*.example.com");
        route("open", PathPattern.prefix("/css"), "**.com");
        route("any", null);

        assertThat(winner("shop.example.com", "/api")).isEqualTo("exact");
        assertThat(winner("shop.example.com", "/img")).isEqualTo("one");
        assertThat(winner("shop.example.com", "/css")).isEqualTo("open");
        assertThat(winner("shop.example.com", "/x")).isEqualTo("any");
    }

    @Test
    void unknownHostAndMissingRouteAreToldApart() {
        route("shop", PathPattern.prefix("/api"), "shop.example.com");

        assertThat(find("shop.example.com", "/x")).isInstanceOf(NoRoute.class);
        assertThat(find("example.com", "/api")).isInstanceOf(UnknownHost.class);
        assertThat(find("", "/api")).isInstanceOf(UnknownHost.class);
    }

    @Test
    void hostOfAnotherListenerIsUnknown() {
        add("inner", List.of(), Map.of(), Map.of(), null, List.of("inner"));

        assertThat(find(FakeInput.get("a", "/"))).isInstanceOf(UnknownHost.class);
        assertThat(winner(FakeInput.get("a", "/").withListener(1))).isEqualTo("inner");
    }

    @Test
    void wrongMethodAloneNamesAllowedOnes() {
        routes.add(entry("get", PathPattern.prefix("/v1"), List.of("GET")));
        routes.add(entry("put", PathPattern.exact("/v1"), List.of("PUT")));
        routes.add(entry("elsewhere", PathPattern.exact("/v2"), List.of("DELETE")));
        add("conditioned", List.of("PATCH"), Map.of("x-a", "1"), Map.of(), null, List.of());

        assertThat(find(FakeInput.get("a", "/v1").withMethod("POST")))
                .isEqualTo(new MethodNotAllowed<String>(List.of("GET", "HEAD", "PUT")));
    }

    @Test
    void getLetsHeadIn() {
        routes.add(entry("get", null, List.of("GET")));

        assertThat(winner(FakeInput.get("a", "/").withMethod("HEAD"))).isEqualTo("get");
    }

    @Test
    void everyLineOfFieldMustFit() {
        add("two", List.of(), Map.of("X-Version", "2"), Map.of(), null, List.of());
        var once = FakeInput.get("a", "/").withField("x-version", "2");

        assertThat(winner(once)).isEqualTo("two");
        assertThat(winner(once.withField("X-VERSION", "2"))).isEqualTo("two");
        assertThat(find(once.withField("X-VERSION", "3"))).isInstanceOf(NoRoute.class);
    }

    @Test
    void everyParameterOfQueryMustFit() {
        add("acme", List.of(), Map.of(), Map.of("tenant", "~ac.e"), null, List.of());
        var input = FakeInput.get("a", "/");

        assertThat(winner(input.withQuery("?x=1&tenant=acme&y"))).isEqualTo("acme");
        assertThat(winner(input.withQuery("?%74enant=ac%6De"))).isEqualTo("acme");
        assertThat(find(input.withQuery("?tenant=acme&tenant=evil"))).isInstanceOf(NoRoute.class);
        assertThat(find(input.withQuery("?tenants=acme"))).isInstanceOf(NoRoute.class);
        assertThat(find(input.withQuery("?tenan=acme"))).isInstanceOf(NoRoute.class);
        assertThat(find(input.withQuery("?tenant"))).isInstanceOf(NoRoute.class);
        assertThat(find(input)).isInstanceOf(NoRoute.class);
    }

    @Test
    void clientMustLieInOneOfTheNetworks() {
        add(
                "inner",
                List.of(),
                Map.of(),
                Map.of(),
                networks("10.0.0.0/8", "2001:db8::/32"),
                List.of());
        var input = FakeInput.get("a", "/");

        assertThat(winner(input.withClient("10.9.8.7"))).isEqualTo("inner");
        assertThat(winner(input.withClient("2001:db8::1"))).isEqualTo("inner");
        assertThat(find(input.withClient("11.0.0.1"))).isInstanceOf(NoRoute.class);
    }

    @Test
    void asteriskOfOptionsFitsRoutesOfAnyPathOnly() {
        route("api", PathPattern.prefix("/api"));
        assertThat(find("a", "*")).isInstanceOf(NoRoute.class);

        route("any", null);
        assertThat(winner("a", "*")).isEqualTo("any");
    }

    @Test
    void explanationNamesEachCandidateAndWhyItLost() {
        route("any", null);
        route("wildcard", null, "*.example.com");
        routes.add(
                new RouteEntry<>(
                        "post",
                        List.of(HostPattern.parse("shop.example.com")),
                        PathPattern.exact("/cart"),
                        List.of("POST"),
                        Map.of(),
                        Map.of(),
                        null,
                        List.of(),
                        "post"));
        route("api", PathPattern.prefix("/api"), "shop.example.com");

        var explanation = table().explain(FakeInput.get("shop.example.com", "/cart"));

        assertThat(explanation.answer()).isEqualTo(new Found<>(routes.get(1)));
        assertThat(explanation.candidates())
                .extracting(
                        c -> c.entry().name(),
                        c -> c.host().toString(),
                        c -> c.outcome(),
                        c -> c.reason())
                .containsExactly(
                        row(
                                "post",
                                "shop.example.com",
                                Outcome.CONDITION_UNMET,
                                "method is none of [POST]"),
                        row("wildcard", "*.example.com", Outcome.WON, ""),
                        row("any", "*", Outcome.OUTRANKED, "fits, but comes later"),
                        row(
                                "api",
                                "shop.example.com",
                                Outcome.PATH_DIFFERS,
                                "path is not /api/..."));
    }

    @Test
    void refusesUnknownListener() {
        add("inner", List.of(), Map.of(), Map.of(), null, List.of("wbe"));

        assertThatThrownBy(this::table)
                .hasMessage("route inner: listener \"wbe\" (expected: one of [web, inner])");
    }

    private static Tuple row(Object... values) {
        return tuple(values);
    }

    private void route(String name, @Nullable PathPattern path, String... hosts) {
        routes.add(
                RouteEntry.of(
                        name, Arrays.stream(hosts).map(HostPattern::parse).toList(), path, name));
    }

    private void add(
            String name,
            List<String> methods,
            Map<String, String> headers,
            Map<String, String> query,
            @Nullable NetworkSet clients,
            List<String> listeners) {
        routes.add(
                new RouteEntry<>(
                        name,
                        List.of(),
                        null,
                        methods,
                        patterns(headers),
                        patterns(query),
                        clients,
                        listeners,
                        name));
    }

    private static RouteEntry<String> entry(
            String name, @Nullable PathPattern path, List<String> methods) {
        return new RouteEntry<>(
                name, List.of(), path, methods, Map.of(), Map.of(), null, List.of(), name);
    }

    private static Map<String, ValuePattern> patterns(Map<String, String> texts) {
        var patterns = new HashMap<String, ValuePattern>();
        texts.forEach((name, text) -> patterns.put(name, ValuePattern.parse(text)));
        return patterns;
    }

    private static NetworkSet networks(String... texts) {
        return NetworkSet.of(Arrays.stream(texts).map(NetworkSetTest::network).toList());
    }

    private RouteTable<String> table() {
        return RouteTable.create(routes, List.of("web", "inner"), 42);
    }

    private Match<String> find(String host, String path) {
        return find(FakeInput.get(host, path));
    }

    private Match<String> find(MatchInput input) {
        return table().find(input);
    }

    private String winner(String host, String path) {
        return winner(FakeInput.get(host, path));
    }

    private String winner(MatchInput input) {
        return find(input) instanceof Found<String> found ? found.payload() : "no route";
    }
}
