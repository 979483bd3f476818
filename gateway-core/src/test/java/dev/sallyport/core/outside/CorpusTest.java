package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawClient.get;
import static dev.sallyport.core.outside.RawServer.ok;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.core.support.MalformedCorpus;
import dev.sallyport.core.support.MalformedCorpus.Item;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every malformed message of the corpus, against a running edge and a counting origin. */
@ExtendWith(CleanLogs.class)
final class CorpusTest {
    private static final long SEED = 20_261_123;

    @TransportTest
    @Timeout(60)
    void refusesEveryHeadBeforeItReachesTheOrigin(Wire wire) {
        var soft = new SoftAssertions();
        try (var origin = RawServer.answering(request -> ok("never"));
                var edge = Edge.start(wire, origin.route())) {
            for (Item item : MalformedCorpus.requests()) {
                try (var client = edge.connect()) {
                    client.trySend(item.bytes());
                    soft.assertThat(answer(client)).as(item.name()).isEqualTo(item.status());
                }
            }
            soft.assertThat(origin.bytes()).isZero();
            assertCounted(edge, MalformedCorpus.requests(), soft);

            soft.assertThat(edge.ask(get("/victim")).text()).isEqualTo("never");
        }
        soft.assertAll();
    }

    @TransportTest
    @Timeout(60)
    void refusesEveryHeadHoweverItIsSplitAndBehindGoodOne(Wire wire) {
        var soft = new SoftAssertions();
        var random = new Random(SEED);
        try (var origin = RawServer.answering(request -> ok(request.path()));
                var edge = Edge.start(wire, origin.route())) {
            for (Item item : MalformedCorpus.requests()) {
                byte[] good = get("/good").getBytes(ISO_8859_1);
                byte[] bytes =
                        item.name().startsWith("two-empty") ? good : joined(good, item.bytes());
                try (var client = edge.connect()) {
                    int first = random.nextInt(bytes.length);
                    client.trySend(Arrays.copyOf(bytes, first));
                    client.trySend(Arrays.copyOfRange(bytes, first, bytes.length));
                    soft.assertThat(client.tryRead(false)).as(item.name()).isEqualTo(200);
                    if (bytes.length > good.length) {
                        soft.assertThat(answer(client)).as(item.name()).isEqualTo(item.status());
                    }
                }
            }
            soft.assertThat(origin.requests()).allMatch(request -> request.path().equals("/good"));
            soft.assertThat(origin.requestCount()).isEqualTo(MalformedCorpus.requests().size());
        }
        soft.assertAll();
    }

    @TransportTest
    @Timeout(60)
    void refusesEveryBrokenBodyAndCompletesNoRequest(Wire wire) {
        var soft = new SoftAssertions();
        try (var origin = RawServer.answering(request -> ok("complete"));
                var edge = Edge.start(wire, origin.route())) {
            for (Item item : MalformedCorpus.bodies()) {
                try (var client = edge.connect()) {
                    client.trySend(item.bytes());
                    soft.assertThat(answer(client)).as(item.name()).isEqualTo(item.status());
                }
                soft.assertThat(origin.requestCount()).as(item.name()).isZero();
            }
            Await.equal(0, origin::openConnections);
            assertCounted(edge, MalformedCorpus.bodies(), soft);
            soft.assertThat(edge.ask(get("/victim")).text()).isEqualTo("complete");
        }
        soft.assertAll();
    }

    @TransportTest
    @Timeout(60)
    void relaysNoMalformedResponseAndReusesNoConnection(Wire wire) {
        var soft = new SoftAssertions();
        var answer = new AtomicReference<>(new byte[0]);
        try (var origin =
                        RawServer.scripted(connection -> {
                            for (var at = connection.read(); at != null; at = connection.read()) {
                                connection.send(
                                        at.path().equals("/victim")
                                                ? ok("fine").getBytes(ISO_8859_1)
                                                : answer.get());
                            }
                        });
                var edge =
                        Edge.start(
                                wire,
                                1,
                                "routes:\n  all: {forward: app}\n"
                                        + origin.upstream(", ejection: {failures: 10000}")
                                        + "limits: {response-head: 16KiB, response-fields: 100}\n")) {
            int connections = 0;
            for (Item item : MalformedCorpus.responses()) {
                answer.set(item.bytes());
                int status = edge.ask(get("/" + item.name())).status();
                soft.assertThat(status).as(item.name()).isEqualTo(item.status());
                soft.assertThat(edge.ask(get("/victim")).text()).as(item.name()).isEqualTo("fine");
                soft.assertThat(origin.connections()).as(item.name()).isGreaterThan(connections);
                connections = origin.connections();
            }
        }
        soft.assertAll();
    }

    /** The status the client sees; 0 when the edge closed without a word. */
    private static int answer(RawClient client) {
        int status = client.tryRead(false);
        while (status == 100) {
            status = client.tryRead(false);
        }
        return status;
    }

    private static void assertCounted(Edge edge, List<Item> items, SoftAssertions soft) {
        for (Item item : items) {
            long expected =
                    items.stream().filter(each -> each.reason().equals(item.reason())).count();
            soft.assertThat(
                            edge.metric(
                                    "sallyport_malformed_total",
                                    "reason=\"" + item.reason() + "\""))
                    .as(item.reason())
                    .isEqualTo(expected);
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
