package dev.sallyport.core.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.match.Match.NoRoute;
import dev.sallyport.core.match.Match.PathTooLong;
import dev.sallyport.core.match.Match.UnknownHost;
import org.junit.jupiter.api.Test;

/**
 * The rule of precedence among hosts and paths, sentence by sentence as docs/routing.md writes it.
 */
class RouteTableTest {
    private final FakeRoutes routes = new FakeRoutes();

    @Test
    void exactHostComesBeforeWildcardAndAnyHost() {
        routes.route("any", null);
        routes.route("wildcard", null, "*.example.com");
        routes.route("exact", null, "shop.example.com");

        assertThat(routes.winner("shop.example.com", "/")).isEqualTo("exact");
        assertThat(routes.winner("blog.example.com", "/")).isEqualTo("wildcard");
        assertThat(routes.winner("example.org", "/")).isEqualTo("any");
    }

    @Test
    void longerWildcardComesBeforeShorterOne() {
        routes.route("short", null, "**.example.com");
        routes.route("long", null, "**.eu.example.com");

        assertThat(routes.winner("a.b.eu.example.com", "/")).isEqualTo("long");
        assertThat(routes.winner("eu.example.com", "/")).isEqualTo("short");
        assertThat(routes.winner("a.b.us.example.com", "/")).isEqualTo("short");
    }

    @Test
    void oneLabelWildcardComesBeforeOpenOneOfTheSameSuffix() {
        routes.route("open", null, "**.example.com");
        routes.route("one", null, "*.example.com");

        assertThat(routes.winner("a.example.com", "/")).isEqualTo("one");
        assertThat(routes.winner("a.b.example.com", "/")).isEqualTo("open");
    }

    @Test
    void wildcardNeedsItsLabel() {
        routes.route("one", null, "*.example.com");
        routes.route("open", null, "**.example.org");

        assertThat(routes.find("example.com", "/")).isInstanceOf(UnknownHost.class);
        assertThat(routes.find("example.org", "/")).isInstanceOf(UnknownHost.class);
        assertThat(routes.find("a.b.example.com", "/")).isInstanceOf(UnknownHost.class);
        assertThat(routes.find("badexample.com", "/")).isInstanceOf(UnknownHost.class);
    }

    @Test
    void hostComesBeforePath() {
        routes.route("any", PathPattern.exact("/cart"));
        routes.route("exact", null, "shop.example.com");

        assertThat(routes.winner("shop.example.com", "/cart")).isEqualTo("exact");
    }

    @Test
    void exactPathComesBeforePrefixes() {
        routes.route("prefix", PathPattern.prefix("/v1/users"));
        routes.route("exact", PathPattern.exact("/v1/users"));

        assertThat(routes.winner("a", "/v1/users")).isEqualTo("exact");
        assertThat(routes.winner("a", "/v1/users/")).isEqualTo("prefix");
    }

    @Test
    void longerPrefixComesBeforeShorterOne() {
        routes.route("short", PathPattern.prefix("/v1"));
        routes.route("long", PathPattern.prefix("/v1/users"));

        assertThat(routes.winner("a", "/v1/users/7")).isEqualTo("long");
        assertThat(routes.winner("a", "/v1/user")).isEqualTo("short");
        assertThat(routes.winner("a", "/v1")).isEqualTo("short");
    }

    @Test
    void prefixEndsAtSegmentBoundary() {
        routes.route("api", PathPattern.prefix("/api"));

        assertThat(routes.winner("a", "/api")).isEqualTo("api");
        assertThat(routes.winner("a", "/api/")).isEqualTo("api");
        assertThat(routes.winner("a", "/api/x")).isEqualTo("api");
        assertThat(routes.find("a", "/apix")).isInstanceOf(NoRoute.class);
        assertThat(routes.find("a", "/API")).isInstanceOf(NoRoute.class);
        assertThat(routes.find("a", "/apix;/x")).isInstanceOf(NoRoute.class);
        assertThat(routes.winner("a", "/api;x")).isEqualTo("api");
        assertThat(routes.winner("a", "/api;x/y")).isEqualTo("api");
    }

    @Test
    void slashAtTheEndOfPrefixSaysNothingMore() {
        routes.route("api", PathPattern.prefix("/api/"));

        assertThat(routes.winner("a", "/api")).isEqualTo("api");
        assertThat(routes.winner("a", "/api/x")).isEqualTo("api");
    }

    @Test
    void slashAtTheEndOfExactPathCounts() {
        routes.route("with", PathPattern.exact("/api/"));
        routes.route("root", PathPattern.exact("/"));

        assertThat(routes.winner("a", "/api/")).isEqualTo("with");
        assertThat(routes.find("a", "/api")).isInstanceOf(NoRoute.class);
        assertThat(routes.winner("a", "/")).isEqualTo("root");
    }

    @Test
    void prefixComesBeforeRegexAndRegexBeforeAnyPath() {
        routes.route("none", null);
        routes.route("regex", PathPattern.regex("/users/[0-9]+"));
        routes.route("slash", PathPattern.prefix("/"));
        routes.route("prefix", PathPattern.prefix("/users/7"));

        assertThat(routes.winner("a", "/users/7")).isEqualTo("prefix");
        assertThat(routes.winner("a", "/users/8")).isEqualTo("regex");
        assertThat(routes.winner("a", "/users/x")).isEqualTo("none");
    }

    @Test
    void regexFitsWholePathOnly() {
        routes.route("regex", PathPattern.regex("/users/[0-9]+"));

        assertThat(routes.find("a", "/users/8/x")).isInstanceOf(NoRoute.class);
        assertThat(routes.find("a", "/x/users/8")).isInstanceOf(NoRoute.class);
    }

    @Test
    void firstDeclaredRegexComesFirst() {
        routes.route("first", PathPattern.regex("/users/.*"));
        routes.route("second", PathPattern.regex("/users/[0-9]+"));

        assertThat(routes.winner("a", "/users/8")).isEqualTo("first");
    }

    @Test
    void pathTooLongForRegexFallsThroughToNothing() {
        routes.route("any", null);
        routes.route("admin", PathPattern.regex("/admin/[a-z]+"));
        routes.route("prefix", PathPattern.prefix("/admin/x"));
        var padding = "x".repeat(16_000);

        assertThat(routes.find("a", "/admin/" + padding)).isInstanceOf(PathTooLong.class);
        assertThat(routes.table().explain(FakeInput.get("a", "/admin/" + padding)).answer())
                .isInstanceOf(PathTooLong.class);
        assertThat(routes.winner("a", "/admin/x/" + padding)).isEqualTo("prefix");
        assertThat(routes.winner("a", "/other/" + padding)).isEqualTo("any");
    }

    @Test
    void prefixOfSlashIsAnyPath() {
        routes.route("none", null);
        routes.route("slash", PathPattern.prefix("/"));

        assertThat(routes.winner("a", "/x")).isEqualTo("none");
    }

    @Test
    void pathFallsThroughAcrossHosts() {
        routes.route("exact", PathPattern.prefix("/api"), "shop.example.com");
        routes.route("one", PathPattern.prefix("/img"), "*.example.com");
        routes.route("open", PathPattern.prefix("/css"), "**.com");
        routes.route("any", null);

        assertThat(routes.winner("shop.example.com", "/api")).isEqualTo("exact");
        assertThat(routes.winner("shop.example.com", "/img")).isEqualTo("one");
        assertThat(routes.winner("shop.example.com", "/css")).isEqualTo("open");
        assertThat(routes.winner("shop.example.com", "/x")).isEqualTo("any");
    }

    @Test
    void asteriskOfOptionsFitsRoutesOfAnyPathOnly() {
        routes.route("api", PathPattern.prefix("/api"));
        assertThat(routes.find("a", "*")).isInstanceOf(NoRoute.class);

        routes.route("any", null);
        assertThat(routes.winner("a", "*")).isEqualTo("any");
    }
}
