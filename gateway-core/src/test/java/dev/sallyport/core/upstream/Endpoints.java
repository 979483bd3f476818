package dev.sallyport.core.upstream;

import dev.sallyport.config.model.Upstream.Balance;
import dev.sallyport.config.model.Upstream.Protocol;
import dev.sallyport.core.http.HeadLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Endpoints nobody connects to. */
final class Endpoints {
    static final UpstreamSettings SETTINGS =
            new UpstreamSettings(
                    "app",
                    0,
                    Protocol.AUTO,
                    Balance.ROUND_ROBIN,
                    null,
                    Duration.ofSeconds(1).toNanos(),
                    10,
                    2,
                    Duration.ofSeconds(5).toNanos(),
                    2,
                    Duration.ofSeconds(10).toNanos(),
                    Duration.ofSeconds(30).toNanos(),
                    new HeadLimits(1024, 100, 1024),
                    0,
                    null);

    private Endpoints() {}

    static Endpoint weighing(int weight) {
        return at("10.0.0.1", 8080, weight);
    }

    static Endpoint at(String host, int port, int weight) {
        return new Endpoint(
                host,
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1),
                host,
                port,
                false,
                weight,
                1,
                SETTINGS);
    }
}
