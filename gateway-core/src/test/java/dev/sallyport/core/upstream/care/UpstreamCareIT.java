package dev.sallyport.core.upstream.care;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.model.Dns;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.core.upstream.Endpoint;
import dev.sallyport.core.upstream.HttpUpstream;
import dev.sallyport.core.upstream.RawBackend;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamCareIT {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir private Path folder;
    private FakeDns dns;
    private final HttpUpstream live = Settings.live();
    private @Nullable UpstreamCare care;

    @BeforeEach
    void open() throws IOException {
        dns = new FakeDns();
    }

    @AfterEach
    void close() throws IOException {
        if (care != null) {
            care.end();
        }
        dns.close();
    }

    @Test
    void namesBecomeEndpointsInOrder() throws Exception {
        dns.answer("app.test", 60, "10.0.0.2", "10.0.0.1");
        begin(Settings.upstream(null, null, List.of(), "127.0.0.1:1", "app.test:8080"));

        assertThat(texts())
                .containsExactly("127.0.0.1:1", "app.test/10.0.0.1:8080", "app.test/10.0.0.2:8080");
    }

    @Test
    void fixedAddressesAreThereBeforeAnythingBegins() throws Exception {
        care =
                UpstreamCare.create(
                        Settings.upstream(null, null, List.of(), "[::1]:7", "unix:/run/x.sock"),
                        live,
                        tools());

        assertThat(texts()).containsExactly("[::1]:7", "unix:/run/x.sock");
        assertThat(live.endpoints()).allMatch(Endpoint::isHealthy);
    }

    @Test
    void addressThatStaysKeepsItsEndpoint() throws Exception {
        dns.answer("app.test", 1, "10.0.0.1", "10.0.0.2");
        begin(Settings.upstream(null, null, List.of(), "app.test:80"));
        Endpoint staying = live.endpoints().getLast();

        dns.answer("app.test", 1, "10.0.0.2", "10.0.0.3");

        await(() -> texts().contains("app.test/10.0.0.3:80"));
        assertThat(texts()).containsExactly("app.test/10.0.0.2:80", "app.test/10.0.0.3:80");
        assertThat(live.endpoints().getFirst()).isSameAs(staying);
    }

    @Test
    void nameReboundToMetadataIsDroppedAndShown() throws Exception {
        dns.answer("app.test", 1, "10.0.0.1");
        begin(Settings.upstream(null, null, List.of(), "app.test:80"));

        dns.answer("app.test", 1, "169.254.169.254", "::ffff:169.254.169.254");

        await(() -> live.endpoints().isEmpty());
        await(() -> status().refusedAddresses() > 1);
        assertThat(status().names())
                .filteredOn(name -> name.family().equals("v4"))
                .singleElement()
                .satisfies(name -> {
                    assertThat(name.addresses()).isEmpty();
                    assertThat(name.refused()).containsExactly("169.254.169.254");
                });
        assertThat(live.endpoints()).isEmpty();
    }

    @Test
    void goodAddressesStayUsedBesideRefusedOnes() throws Exception {
        dns.answer("app.test", 60, "10.0.0.1", "192.168.0.1");
        begin(Settings.upstream(null, null, List.of("10.0.0.0/8"), "app.test:80"));

        assertThat(texts()).containsExactly("app.test/10.0.0.1:80");
    }

    @Test
    void deadServerLeavesTheAddressesAlone() throws Exception {
        dns.answer("app.test", 1, "10.0.0.1");
        begin(Settings.upstream(null, null, List.of(), "app.test:80"));

        dns.failWith(org.xbill.DNS.Rcode.SERVFAIL);

        await(() -> status().failedLookups() > 1);
        assertThat(texts()).containsExactly("app.test/10.0.0.1:80");
        assertThat(status().names().getFirst().problem()).endsWith("SERVFAIL");
    }

    @Test
    void answerWithTooManyAddressesIsCut() throws Exception {
        String[] many = new String[100];
        for (int i = 0; i < many.length; i++) {
            many[i] = "10.0.1." + i;
        }
        dns.answer("app.test", 60, many).truncating();
        begin(Settings.upstream(null, null, List.of(), "app.test:80"));

        assertThat(live.endpoints()).hasSize(NameWatch.MOST_ADDRESSES);
    }

    @Test
    void silentServerHoldsNobodyUpBeyondTheDeadline() throws Exception {
        dns.silent(true);
        long begun = System.nanoTime();

        care =
                UpstreamCare.create(
                        Settings.upstream(null, null, List.of(), "app.test:80"), live, tools());
        care.begin(null);
        care.awaitFirst(System.nanoTime() + Duration.ofMillis(100).toNanos());

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SECOND);
        assertThat(live.endpoints()).isEmpty();
    }

    @Test
    void newEndpointIsUsedAfterItsFirstGoodCheckAndLeftOutAfterBadOnes() throws Exception {
        int[] status = {500};
        try (var backend =
                RawBackend.start(connection -> {
                    connection.head();
                    connection.send("HTTP/1.1 " + status[0] + " X\r\n\r\n");
                })) {
            care = UpstreamCare.create(checked(backend.port()), live, tools());
            Endpoint endpoint = live.endpoints().getFirst();
            assertThat(endpoint.isHealthy()).isFalse();
            assertThat(endpoint.healthReason()).isEqualTo(HealthWatch.NOT_CHECKED);

            care.begin(null);
            await(() -> "status 500".equals(endpoint.healthReason()));
            assertThat(endpoint.isHealthy()).isFalse();

            status[0] = 204;
            await(endpoint::isHealthy);
            assertThat(endpoint.healthReason()).isNull();

            status[0] = 404;
            await(() -> !endpoint.isHealthy());
            assertThat(status().failedChecks()).isGreaterThan(1);
        }
    }

    @Test
    void addressKnownAsHealthyStaysInUseOverAReload() throws Exception {
        try (var backend = RawBackend.start(connection -> connection.in().read())) {
            HttpUpstream replaced = Settings.live();
            UpstreamCare.create(
                    Settings.upstream(null, null, List.of(), "127.0.0.1:" + backend.port()),
                    replaced,
                    tools());

            care = UpstreamCare.create(checked(backend.port()), live, tools());
            care.begin(replaced);

            assertThat(live.endpoints().getFirst().isHealthy()).isTrue();
        }
    }

    @Test
    void endedCareChangesNothingMore() throws Exception {
        dns.answer("app.test", 1, "10.0.0.1");
        begin(Settings.upstream(null, null, List.of(), "app.test:80"));

        UpstreamCare ended = requireNonNull(care);
        ended.end();
        dns.answer("app.test", 1, "10.0.0.2");
        int asked = dns.overUdp.get();
        ended.awaitFirst(System.nanoTime());

        assertThat(texts()).containsExactly("app.test/10.0.0.1:80");
        assertThat(dns.overUdp.get()).isLessThanOrEqualTo(asked + 2);
    }

    private static Upstream checked(int port) {
        return Settings.upstream(
                null, Settings.health(false, SECOND), List.of(), "127.0.0.1:" + port);
    }

    private void begin(Upstream settings) throws Exception {
        care = UpstreamCare.create(settings, live, tools());
        care.begin(null);
        care.awaitFirst(System.nanoTime() + Duration.ofSeconds(10).toNanos());
    }

    private CareTools tools() throws IOException {
        Dns settings = dns.settings(SECOND, Duration.ofMinutes(1));
        SystemFiles files =
                new SystemFiles(
                        Files.writeString(folder.resolve("hosts"), ""), folder.resolve("none"));
        return new CareTools(
                new Names(new DnsLookup(settings, files), settings, System::nanoTime),
                UnixDomainSocketAddress::of,
                Thread::sleep,
                new Random(1));
    }

    private CareStatus status() {
        return requireNonNull(care).status();
    }

    private List<String> texts() {
        return live.endpoints().stream().map(Endpoint::text).toList();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
