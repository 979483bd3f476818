package dev.sallyport.core.boot.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A small endpoint of our own to show the edge with: it says its name and what it was asked. */
public final class SampleServer implements AutoCloseable {
    /** The path that is answered with a mebibyte. */
    public static final String BIG = "/mebibyte";

    private final byte[] bigBody = ".".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    private final HttpServer server;
    private final ExecutorService threads;
    private final String name;

    private SampleServer(HttpServer server, String name) {
        this.server = server;
        this.name = name;
        this.threads = Executors.newVirtualThreadPerTaskExecutor();
    }

    /** Starts one on any free port of the loopback address. */
    public static SampleServer start(String name) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        SampleServer sample = new SampleServer(HttpServer.create(any, 0), name);
        sample.server.setExecutor(sample.threads);
        sample.server.createContext("/", sample::answer);
        sample.server.start();
        return sample;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().transferTo(java.io.OutputStream.nullOutputStream());
            byte[] text =
                    exchange.getRequestURI().getPath().equals(BIG)
                            ? bigBody
                            : ("Hello from sample "
                                            + name
                                            + ": "
                                            + exchange.getRequestMethod()
                                            + " "
                                            + exchange.getRequestURI()
                                            + "\n")
                                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
