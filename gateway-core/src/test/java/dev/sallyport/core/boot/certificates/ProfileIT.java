package dev.sallyport.core.boot.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.boot.certificates.FaultProxy.Reply;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Profiles of an authority that offers them, as in draft-ietf-acme-profiles. */
@Isolated("starts real programs and waits for them")
@Timeout(240)
final class ProfileIT {
    private static final String HOST = "shop.example.com";

    @TempDir private Path folder;
    private Pebble pebble;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws Exception {
        pebble = Pebble.start(folder.resolve("pebble"));
        proxy = FaultProxy.start(pebble);
        proxy.fault((request, forward) -> {
            Reply reply = forward.run();
            return request.path().equals("/dir") ? offering(reply) : reply;
        });
    }

    @AfterEach
    void stop() {
        proxy.close();
        pebble.close();
    }

    /** Pebble 2.4 knows no profiles, and takes an order that names one. */
    private static Reply offering(Reply directory) {
        String text = new String(directory.body(), UTF_8);
        String profiles = "\"profiles\": {\"classic\": \"90 days\", \"shortlived\": \"6 days\"},";
        String offering = text.replaceFirst("\"meta\": *\\{", "$0" + profiles);
        return new Reply(directory.status(), directory.fields(), offering.getBytes(UTF_8));
    }

    private TestEdge edge(String profile) throws Exception {
        return TestEdge.start(
                folder,
                pebble,
                """
                acme:
                  authorities: {pebble: {directory: "%s", ca-file: "%s", profile: %s}}
                routes: {shop: {host: %s, respond: 200}}
                """
                        .formatted(proxy.directory(), pebble.caFile, profile, HOST));
    }

    @Test
    void ordersWithTheProfileThatIsAskedFor() throws Exception {
        try (TestEdge edge = edge("shortlived")) {
            pebble.await("served", () -> ObtainIT.isServed(pebble, HOST));

            assertThat(edge.get("/certs/show?name=" + HOST)).contains("shortlived");
        }
        assertThat(proxy.orders)
                .isNotEmpty()
                .allMatch(each -> each.contains("\"profile\":\"shortlived\""));
    }

    @Test
    void tellsWhichAreOfferedAndOrdersNothingElse() throws Exception {
        try (TestEdge edge = edge("shortlive")) {
            pebble.await(
                    "told",
                    () ->
                            edge.get("/certs/show?name=" + HOST)
                                    .contains("one of [classic, shortlived]"));
        }
        assertThat(proxy.orders).isEmpty();
    }
}
