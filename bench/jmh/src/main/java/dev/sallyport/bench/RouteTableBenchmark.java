package dev.sallyport.bench;

import dev.sallyport.core.match.HostPattern;
import dev.sallyport.core.match.Match;
import dev.sallyport.core.match.MatchInput;
import dev.sallyport.core.match.PathPattern;
import dev.sallyport.core.match.RouteEntry;
import dev.sallyport.core.match.RouteTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One look-up in tables of every size, by the way the host is found.
 *
 * <p>Requests are prepared in a ring of 4096 different ones in random order, so that neither the
 * branch predictor nor the first cache level learns a single answer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx1g"})
public class RouteTableBenchmark {
    private static final int RING = 4096;

    @Param({"1", "100", "10000"})
    int hosts;

    @Param({"1", "50"})
    int paths;

    private RouteTable<Integer> table;
    private MatchInput[] exact;
    private MatchInput[] wildcard;
    private MatchInput[] any;
    private MatchInput[] miss;
    private MatchInput[] regex;
    private int next;

    @Setup
    public void prepare() {
        var routes = new ArrayList<RouteEntry<Integer>>();
        for (int host = 0; host < hosts; host++) {
            for (int path = 0; path < paths; path++) {
                var prefix = PathPattern.prefix("/service-" + path + "/v1");
                routes.add(route(routes.size(), "shop-" + host + ".example.com", prefix));
                routes.add(route(routes.size(), "*.tenant-" + host + ".example.org", prefix));
            }
        }
        routes.add(route(routes.size(), "*", PathPattern.prefix("/any")));
        routes.add(
                route(
                        routes.size(),
                        "regex.example.com",
                        PathPattern.regex("/users/[0-9]+/orders")));
        table = RouteTable.create(routes, List.of("web", "secure"), new Random().nextLong());
        exact = ring("shop-%d.example.com", "/service-%d/v1/users/42");
        wildcard = ring("www.tenant-%d.example.org", "/service-%d/v1/users/42");
        any = ring("unlisted-%d.example.net", "/any/%d");
        miss = ring("shop-%d.example.com", "/nowhere/%d");
        regex = ring("regex.example.com", "/users/%2$d/orders");
    }

    @Benchmark
    public Match<Integer> exact() {
        return table.find(exact[next++ & RING - 1]);
    }

    @Benchmark
    public Match<Integer> wildcard() {
        return table.find(wildcard[next++ & RING - 1]);
    }

    @Benchmark
    public Match<Integer> any() {
        return table.find(any[next++ & RING - 1]);
    }

    @Benchmark
    public Match<Integer> miss() {
        return table.find(miss[next++ & RING - 1]);
    }

    @Benchmark
    public Match<Integer> regex() {
        return table.find(regex[next++ & RING - 1]);
    }

    private MatchInput[] ring(String host, String path) {
        var random = new Random(1);
        var ring = new MatchInput[RING];
        for (int i = 0; i < RING; i++) {
            int h = random.nextInt(hosts);
            int p = random.nextInt(paths);
            ring[i] =
                    new Head(
                            host.formatted(h, p),
                            path.contains("%2$") ? path.formatted(h, p) : path.formatted(p));
        }
        return ring;
    }

    private static RouteEntry<Integer> route(int number, String host, PathPattern path) {
        return RouteEntry.of("route-" + number, List.of(HostPattern.parse(host)), path, number);
    }

    /** A request as heads keep it. */
    private static final class Head implements MatchInput {
        private static final byte[] NONE = {};
        private final byte[] bytes;
        private final int hostLength;
        private final int pathLength;

        Head(String host, String path) {
            this.bytes = ("GET" + host + path).getBytes(StandardCharsets.US_ASCII);
            this.hostLength = host.length();
            this.pathLength = path.length();
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public int hostOffset() {
            return 3;
        }

        @Override
        public int hostLength() {
            return hostLength;
        }

        @Override
        public int pathOffset() {
            return 3 + hostLength;
        }

        @Override
        public int pathLength() {
            return pathLength;
        }

        @Override
        public int queryOffset() {
            return 0;
        }

        @Override
        public int queryLength() {
            return 0;
        }

        @Override
        public int methodOffset() {
            return 0;
        }

        @Override
        public int methodLength() {
            return 3;
        }

        @Override
        public byte[] fieldBytes() {
            return NONE;
        }

        @Override
        public int findField(byte[] lowerName, int after) {
            return -1;
        }

        @Override
        public int fieldValueOffset(int index) {
            return 0;
        }

        @Override
        public int fieldValueLength(int index) {
            return 0;
        }

        @Override
        public long clientHigh() {
            return 0;
        }

        @Override
        public long clientLow() {
            return 0;
        }

        @Override
        public int listener() {
            return 1;
        }
    }
}
