package dev.sallyport.core.boot.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code run}: how it starts, follows its file and ends, by signals. */
@Timeout(60)
final class RunIT {
    @TempDir private Path folder;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer origin;
    private int port;

    /** An endpoint that answers when it is told to. */
    @BeforeEach
    void startSlowOrigin() throws Exception {
        port = RealCommand.freePort();
        origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        origin.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        origin.createContext(
                "/",
                exchange -> {
                    asked.countDown();
                    try {
                        released.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        origin.start();
    }

    @AfterEach
    void stopSlowOrigin() {
        released.countDown();
        origin.stop(0);
        client.shutdownNow();
    }

    @Test
    void endsRequestsInFlightBeforeItEndsBySigterm() throws Exception {
        drainsBy("TERM");
    }

    @Test
    void endsRequestsInFlightBeforeItEndsBySigint() throws Exception {
        drainsBy("INT");
    }

    private void drainsBy(String signal) throws Exception {
        try (RealCommand edge = started(config("hello"))) {
            CompletableFuture<HttpResponse<String>> slow = ask("/slow");
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

            edge.signal(signal);
            edge.awaitText("edge drains, signal name=SIG" + signal);
            assertThat(edge.isAlive()).isTrue();
            released.countDown();

            assertThat(slow.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            RealCommand.Finished finished = edge.finish();
            assertThat(finished.exit()).as(finished.err()).isZero();
            assertThat(finished.err()).contains("edge ended");
        }
    }

    @Test
    void endsAtOnceBySecondSignal() throws Exception {
        try (RealCommand edge = started(config("hello"))) {
            CompletableFuture<HttpResponse<String>> slow = ask("/slow");
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

            edge.signal("TERM");
            edge.awaitText("edge drains");
            edge.signal("TERM");

            assertThat(edge.finish().exit()).isEqualTo(128 + 15);
            assertThat(slow).failsWithin(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void putsChangedFileInForceAndKeepsTheOldOneWhenItIsBroken() throws Exception {
        try (RealCommand edge = started(config("before"))) {
            assertThat(body("/fixed")).isEqualTo("before");

            write(config("after"));
            edge.signal("HUP");
            edge.awaitText("configuration applied generation=2");
            assertThat(body("/fixed")).isEqualTo("after");

            write(config("broken").replace("respond:", "respnd:"));
            RealCommand.Finished refused = RealCommand.run(folder, "reload");
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.out())
                    .contains("respnd", "did you mean \"respond\"?")
                    .endsWith("refused, generation 2 stays in force\n");
            assertThat(body("/fixed")).isEqualTo("after");
            RealCommand.Finished status = RealCommand.run(folder, "status");
            assertThat(status.exit()).isEqualTo(1);
            assertThat(status.out())
                    .contains("config       generation 2", ": refused\n")
                    .contains("sallyport.yaml:", "did you mean \"respond\"?");

            write(config("mended"));
            edge.awaitText("configuration applied generation=3");
            assertThat(body("/fixed")).isEqualTo("mended");
        }
    }

    @Test
    void keepsItsAccessLogWhenAChangeCannotBeBound() throws Exception {
        String log = "access-log: {to: ./access.log, format: common}\n";
        try (RealCommand edge = started(config("before") + log);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String busy = "  other: {address: \"127.0.0.1:" + taken.getLocalPort() + "\"}\nroutes:";

            write(config("after").replace("routes:", busy) + log.replace("access.log", "new.log"));
            edge.awaitText("configuration refused");
            assertThat(body("/fixed")).isEqualTo("before");

            Path file = folder.resolve("access.log");
            edge.await("a line", () -> file.toFile().length() > 0);
            assertThat(Files.readString(file)).contains("GET /fixed");
            assertThat(Files.size(folder.resolve("new.log"))).isZero();
            RealCommand.Finished status = RealCommand.run(folder, "status");
            assertThat(status.out()).contains("listeners.other: ", "" + taken.getLocalPort());
            assertThat(status.exit()).isEqualTo(1);
        }
    }

    @Test
    void tellsWhatTakesEffectAtTheNextStartOnly() throws Exception {
        try (RealCommand edge = started(config("before"))) {
            write(config("after") + "runtime: {loops: 7}\nstorage: {folder: ./other}\n");
            edge.awaitText("configuration applied generation=2");

            assertThat(edge.err())
                    .containsPattern(
                            "warn Edge configuration problem .*sallyport.yaml:7:\\S+ storage.folder:"
                                    + " warning: changed, but read at start only");
            assertThat(body("/fixed")).isEqualTo("after");
            assertThat(RealCommand.run(folder, "status").out())
                    .contains("restart      needed for storage.folder, runtime.loops\n");

            write(config("after"));
            edge.awaitText("configuration applied generation=3");
            assertThat(RealCommand.run(folder, "status").out()).doesNotContain("restart");
        }
    }

    @Test
    void doesNotStartOnMistypedKey() throws Exception {
        write("lisneters: {}\nroutes:\n  hello: {respond: 200}\n");

        RealCommand.Finished finished = RealCommand.run(folder, "run", "-c", "sallyport.yaml");

        assertThat(finished.exit()).isEqualTo(78);
        assertThat(finished.err())
                .isEqualTo(
                        "sallyport.yaml:1:1 lisneters: unknown key; did you mean \"listeners\"?\n");
        assertThat(finished.out()).isEmpty();
    }

    @Test
    void doesNotStartWithoutFile() throws Exception {
        RealCommand.Finished finished = RealCommand.run(folder, "run");

        assertThat(finished.exit()).isEqualTo(78);
        assertThat(finished.err())
                .startsWith("no sallyport.yaml in this folder")
                .doesNotContain("Exception");
    }

    private RealCommand started(String config) throws Exception {
        write(config);
        RealCommand edge = RealCommand.start(folder, "run", "--config", "sallyport.yaml");
        edge.awaitText("configuration applied generation=1");
        return edge;
    }

    private void write(String config) throws Exception {
        Files.writeString(folder.resolve("sallyport.yaml"), config);
    }

    private String config(String answer) {
        return """
        listeners:
          web: {address: "127.0.0.1:%d"}
        routes:
          slow: {path-prefix: /slow, forward: "127.0.0.1:%d"}
          fixed: {path: /fixed, respond: {status: 200, body: "%s"}}
        """
                .formatted(port, origin.getAddress().getPort(), answer);
    }

    private CompletableFuture<HttpResponse<String>> ask(String path) {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return client.sendAsync(
                HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String body(String path) throws Exception {
        return ask(path).get(10, TimeUnit.SECONDS).body();
    }
}
