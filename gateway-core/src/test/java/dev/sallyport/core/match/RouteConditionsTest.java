package dev.sallyport.core.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sallyport.core.match.Explanation.Outcome;
import dev.sallyport.core.match.Match.Found;
import dev.sallyport.core.match.Match.MethodNotAllowed;
import dev.sallyport.core.match.Match.NoRoute;
import dev.sallyport.core.match.Match.UnknownHost;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

/**
 * What routes ask for beside host and path, sentence by sentence as docs/routing.md writes it, and
 * what is said where none fits.
 */
class RouteConditionsTest {
    private final FakeRoutes routes = new FakeRoutes();

    @Test
    void moreConditionsComeBeforeFewer() {
        routes.route("none", null);
        routes.add("method", List.of("GET"), Map.of(), Map.of(), null, List.of());
        routes.add("two", List.of("GET"), Map.of("x-version", "2"), Map.of(), null, List.of());

        assertThat(routes.winner(FakeInput.get("a", "/").withField("X-Version", "2")))
                .isEqualTo("two");
        assertThat(routes.winner(FakeInput.get("a", "/"))).isEqualTo("method");
        assertThat(routes.winner(FakeInput.get("a", "/").withMethod("POST"))).isEqualTo("none");
    }

    @Test
    void firstDeclaredComesFirstAmongEquals() {
        routes.add("header", List.of(), Map.of("x-a", "*"), Map.of(), null, List.of());
        routes.add("query", List.of(), Map.of(), Map.of("b", "*"), null, List.of());

        assertThat(routes.winner(FakeInput.get("a", "/").withField("x-a", "1").withQuery("?b=1")))
                .isEqualTo("header");
    }

    @Test
    void unmetConditionFallsThroughToNextCandidate() {
        routes.limited("post", PathPattern.exact("/v1"), List.of("POST"));
        routes.route("prefix", PathPattern.prefix("/v1"));

        assertThat(routes.winner("a", "/v1")).isEqualTo("prefix");
    }

    @Test
    void unknownHostAndMissingRouteAreToldApart() {
        routes.route("shop", PathPattern.prefix("/api"), "shop.example.com");

        assertThat(routes.find("shop.example.com", "/x")).isInstanceOf(NoRoute.class);
        assertThat(routes.find("example.com", "/api")).isInstanceOf(UnknownHost.class);
        assertThat(routes.find("", "/api")).isInstanceOf(UnknownHost.class);
    }

    @Test
    void hostOfAnotherListenerIsUnknown() {
        routes.add("inner", List.of(), Map.of(), Map.of(), null, List.of("inner"));

        assertThat(routes.find(FakeInput.get("a", "/"))).isInstanceOf(UnknownHost.class);
        assertThat(routes.winner(FakeInput.get("a", "/").withListener(1))).isEqualTo("inner");
    }

    @Test
    void wrongMethodAloneNamesAllowedOnes() {
        routes.limited("get", PathPattern.prefix("/v1"), List.of("GET"));
        routes.limited("put", PathPattern.exact("/v1"), List.of("PUT"));
        routes.limited("elsewhere", PathPattern.exact("/v2"), List.of("DELETE"));
        routes.add("conditioned", List.of("PATCH"), Map.of("x-a", "1"), Map.of(), null, List.of());

        assertThat(routes.find(FakeInput.get("a", "/v1").withMethod("POST")))
                .isEqualTo(new MethodNotAllowed<String>(List.of("GET", "HEAD", "PUT")));
    }

    @Test
    void getLetsHeadIn() {
        routes.limited("get", null, List.of("GET"));

        assertThat(routes.winner(FakeInput.get("a", "/").withMethod("HEAD"))).isEqualTo("get");
    }

    @Test
    void everyLineOfFieldMustFit() {
        routes.add("two", List.of(), Map.of("X-Version", "2"), Map.of(), null, List.of());
        var once = FakeInput.get("a", "/").withField("x-version", "2");

        assertThat(routes.winner(once)).isEqualTo("two");
        assertThat(routes.winner(once.withField("X-VERSION", "2"))).isEqualTo("two");
        assertThat(routes.find(once.withField("X-VERSION", "3"))).isInstanceOf(NoRoute.class);
    }

    @Test
    void everyParameterOfQueryMustFit() {
        routes.add("acme", List.of(), Map.of(), Map.of("tenant", "~ac.e"), null, List.of());
        var input = FakeInput.get("a", "/");

        assertThat(routes.winner(input.withQuery("?x=1&tenant=acme&y"))).isEqualTo("acme");
        assertThat(routes.winner(input.withQuery("?%74enant=ac%6De"))).isEqualTo("acme");
        assertThat(routes.find(input.withQuery("?tenant=acme&tenant=evil")))
                .isInstanceOf(NoRoute.class);
        assertThat(routes.find(input.withQuery("?tenants=acme"))).isInstanceOf(NoRoute.class);
        assertThat(routes.find(input.withQuery("?tenan=acme"))).isInstanceOf(NoRoute.class);
        assertThat(routes.find(input.withQuery("?tenant"))).isInstanceOf(NoRoute.class);
        assertThat(routes.find(input)).isInstanceOf(NoRoute.class);
    }

    @Test
    void clientMustLieInOneOfTheNetworks() {
        routes.add(
                "inner",
                List.of(),
                Map.of(),
                Map.of(),
                FakeRoutes.networks("10.0.0.0/8", "2001:db8::/32"),
                List.of());
        var input = FakeInput.get("a", "/");

        assertThat(routes.winner(input.withClient("10.9.8.7"))).isEqualTo("inner");
        assertThat(routes.winner(input.withClient("2001:db8::1"))).isEqualTo("inner");
        assertThat(routes.find(input.withClient("11.0.0.1"))).isInstanceOf(NoRoute.class);
    }

    @Test
    void explanationNamesEachCandidateAndWhyItLost() {
        routes.route("any", null);
        routes.route("wildcard", null, "*.example.com");
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
        routes.route("api", PathPattern.prefix("/api"), "shop.example.com");

        var explanation = routes.table().explain(FakeInput.get("shop.example.com", "/cart"));

        assertThat(explanation.answer()).isEqualTo(new Found<>(routes.entry(1)));
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
        routes.add("inner", List.of(), Map.of(), Map.of(), null, List.of("wbe"));

        assertThatThrownBy(routes::table)
                .hasMessage("route inner: listener \"wbe\" (expected: one of [web, inner])");
    }

    private static Tuple row(Object... values) {
        return tuple(values);
    }
}
