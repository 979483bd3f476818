package dev.sallyport.core.upstream.care;

import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.value.EndpointAddress;
import dev.sallyport.config.model.value.Network;
import dev.sallyport.config.model.value.StatusRange;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.upstream.Endpoint;
import dev.sallyport.core.upstream.HttpUpstream;
import dev.sallyport.core.upstream.UpstreamSettings;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Upstreams as a configuration would have them. */
final class Settings {
    private Settings() {}

    static Upstream upstream(
            @Nullable Path caFile,
            Upstream.@Nullable Health health,
            List<String> allowed,
            String... endpoints) {
        return new Upstream(
                "app",
                Arrays.stream(endpoints)
                        .map(text -> new Upstream.Endpoint(EndpointAddress.parse(text), 1))
                        .toList(),
                Upstream.Protocol.AUTO,
                Upstream.Balance.ROUND_ROBIN,
                allowed.stream().map(Network::parse).toList(),
                Duration.ofSeconds(5),
                1024,
                64,
                Duration.ofSeconds(55),
                new Upstream.Tls(null, caFile, true, null),
                health,
                new Upstream.Ejection(5, Duration.ofSeconds(10), Duration.ofSeconds(30)),
                Duration.ZERO,
                null);
    }

    static Upstream.Health health(boolean tcp, Duration timeout) {
        return new Upstream.Health(
                "/healthz?x=1",
                tcp,
                false,
                Duration.ofMillis(100),
                timeout,
                1,
                1,
                StatusRange.parse("200-399"));
    }

    private static final Endpoint.Tls NO_HANDLERS =
            new Endpoint.Tls() {
                @Override
                public SslHandler newHandler(
                        ByteBufAllocator allocator, String host, int port, boolean http1) {
                    throw new IllegalStateException("no loop, no handler");
                }

                @Override
                public SslHandler newTunnelHandler(
                        ByteBufAllocator allocator, String host, int port) {
                    throw new IllegalStateException("no loop, no handler");
                }
            };

    /** Alive on no loop at all. */
    static HttpUpstream live() {
        return new HttpUpstream(
                new UpstreamSettings(
                        "app",
                        0,
                        Upstream.Protocol.AUTO,
                        Upstream.Balance.ROUND_ROBIN,
                        NO_HANDLERS,
                        1,
                        1,
                        1,
                        1,
                        1,
                        1,
                        1,
                        new HeadLimits(1024, 100, 1024),
                        0,
                        null),
                List.of());
    }
}
