package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawClient.get;
import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An origin that answers before it has the whole request (CVE-2025-4366): nobody else pays for it.
 */
@ExtendWith(CleanLogs.class)
final class EarlyAnswerTest {
    private static final int SIZE = 10_000_000;
    private static final String TOO_LARGE =
            "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig";

    @WireTest
    void givesTheAnswerAndNeverTheConnectionToTheNext(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            String head = Objects.requireNonNull(connection.readHead());
                            if (head.startsWith("POST")) {
                                // Goes on reading: what follows must not look like a request.
                                connection.send(TOO_LARGE).awaitEnd();
                            } else {
                                connection.send(ok("victim"));
                            }
                        });
                var edge = Edge.start(wire, 1, origin.route());
                var client = edge.connect();
                var victim = edge.connect()) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: " + SIZE + "\r\n\r\n");
            byte[] piece =
                    get("/smuggled")
                            .repeat(200)
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            Thread.ofVirtual()
                    .start(() -> {
                        for (int sent = 0; sent < SIZE && client.trySend(piece); ) {
                            sent += piece.length;
                        }
                    });

            Response response = client.read();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.text()).isEqualTo("big");
            assertThat(response.field("connection")).isEqualTo("close");
            assertThat(victim.ask(get("/victim")).text()).isEqualTo("victim");
            Await.equal(0, origin::openConnections);
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    @WireTest
    void relaysAnswerOfOriginThatClosesWhileTheBodyFlows(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.readHead();
                            connection.send(TOO_LARGE).halfClose();
                            connection.awaitEnd();
                        });
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] piece =
                    ("1000\r\n" + "x".repeat(4096) + "\r\n")
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            Thread.ofVirtual()
                    .start(() -> {
                        for (int i = 0; i < 1_000 && client.trySend(piece); ) {
                            i++;
                        }
                    });

            assertThat(client.read().status()).isEqualTo(413);
        }
    }

    @TransportTest
    void lingersSoThatNoResetDestroysTheAnswer(Wire wire) {
        try (var edge = Edge.start(wire, "routes:\n  all: {respond: {status: 403, body: no}}\n");
                var client = edge.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3000000\r\n\r\n");
            client.send(new byte[2_000_000]);
            Response response = client.read();

            assertThat(response.status()).isEqualTo(403);
            assertThat(response.text()).isEqualTo("no");
        }
    }
}
