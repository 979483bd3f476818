package dev.sallyport.core.match;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Look-ups run on event loops for every request. */
class RouteTableAllocationTest {
    private static final int LOOK_UPS = 10_000;

    private final RouteTable<String> table =
            RouteTable.create(
                    List.of(
                            route("exact", "shop.example.com", PathPattern.prefix("/v1"), "GET"),
                            route("wildcard", "*.example.com", PathPattern.exact("/v1/x"), "GET"),
                            route(
                                    "labels",
                                    "**.example.org",
                                    PathPattern.regex("/users/[0-9]+"),
                                    "POST"),
                            route("any", "*", PathPattern.prefix("/any"), "GET")),
                    List.of("web"),
                    3);

    @ParameterizedTest
    @CsvSource({
        "shop.example.com, /v1/x, ?q=1, Found",
        "blog.example.com, /v1/x, ?p&q=1, Found",
        "other.example, /any/x, ?q=1, Found",
        "other.example, /any/x, ?q=2, NoRoute",
        "a.b.example.org, /nowhere, ?q=1, NoRoute",
        "shop.example.com, /v2, '', NoRoute",
    })
    void allocatesNothing(String host, String path, String query, String answer) {
        var input = FakeInput.get(host, path).withQuery(query);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var last = find(input);
        threads.getCurrentThreadAllocatedBytes();

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < LOOK_UPS; i++) {
            last = find(input);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(last.getClass().getSimpleName()).isEqualTo(answer);
        // Far below one object for each look-up; the measuring itself may cost a little.
        assertThat(allocated).isLessThan(LOOK_UPS);
    }

    private Match<String> find(MatchInput input) {
        return table.find(input);
    }

    private static RouteEntry<String> route(
            String name, String host, PathPattern path, String method) {
        return new RouteEntry<>(
                name,
                List.of(HostPattern.parse(host)),
                path,
                List.of(method),
                Map.of(),
                Map.of("q", ValuePattern.parse("1")),
                null,
                List.of(),
                name);
    }
}
