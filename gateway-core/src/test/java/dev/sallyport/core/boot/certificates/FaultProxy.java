package dev.sallyport.core.boot.certificates;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Stands between an edge and Pebble: passes on what a test does not care about, answers in its
 * place what it does, and adds what Pebble lacks.
 */
final class FaultProxy implements AutoCloseable {
    final List<String> orders = new CopyOnWriteArrayList<>();
    private final Pebble pebble;
    private final HttpsServer server;
    private volatile Fault fault = (request, forward) -> forward.run();
    private volatile @Nullable String window;

    /** A request of the edge. */
    record Request(String method, String path, byte[] body) {
        /** What was signed, in clear. */
        String payload() {
            String text = new String(body, UTF_8);
            int at = text.indexOf("\"payload\"");
            if (at < 0) {
                return "";
            }
            int from = text.indexOf('"', text.indexOf(':', at)) + 1;
            return new String(
                    Base64.getUrlDecoder().decode(text.substring(from, text.indexOf('"', from))),
                    UTF_8);
        }
    }

    /** An answer. */
    record Reply(int status, Map<String, String> fields, byte[] body) {
        static Reply of(int status, String type, String body, String... fields) {
            Map<String, String> all = new LinkedHashMap<>();
            all.put("content-type", type);
            for (int i = 0; i < fields.length; i += 2) {
                all.put(fields[i], fields[i + 1]);
            }
            return new Reply(status, all, body.getBytes(UTF_8));
        }

        static Reply problem(int status, String type, String detail, String... fields) {
            return of(
                    status,
                    "application/problem+json",
                    """
                    {"type": "urn:ietf:params:acme:error:%s", "detail": "%s"}\
                    """
                            .formatted(type, detail),
                    fields);
        }
    }

    /** Asks Pebble. */
    interface Forward {
        Reply run() throws IOException;
    }

    /** What becomes of a request. */
    interface Fault {
        Reply on(Request request, Forward forward) throws IOException;
    }

    private FaultProxy(Pebble pebble, HttpsServer server) {
        this.pebble = pebble;
        this.server = server;
    }

    static FaultProxy start(Pebble pebble) throws Exception {
        HttpsServer server =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var own = pebble.ca().issue(List.of("127.0.0.1"));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("key", own.key(), new char[0], own.chain().toArray(Certificate[]::new));
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        FaultProxy proxy = new FaultProxy(pebble, server);
        server.createContext("/", proxy::handle);
        server.start();
        return proxy;
    }

    String directory() {
        return "https://127.0.0.1:" + server.getAddress().getPort() + "/dir";
    }

    void fault(Fault next) {
        fault = next;
    }

    /** Offers renewal information: a window as JSON for every certificate. */
    void window(String start, String end) {
        window =
                """
                {"suggestedWindow": {"start": "%s", "end": "%s"},
                 "explanationURL": "https://status.example/why"}\
                """
                        .formatted(start, end);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Request request =
                    new Request(
                            exchange.getRequestMethod(), exchange.getRequestURI().toString(), body);
            if (request.path.equals("/order-plz")) {
                orders.add(request.payload());
            }
            Reply reply = fault.on(request, () -> answer(request, exchange));
            reply.fields().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
            boolean isEmpty = reply.body().length == 0 || request.method.equals("HEAD");
            exchange.sendResponseHeaders(reply.status(), isEmpty ? -1 : reply.body().length);
            if (!isEmpty) {
                exchange.getResponseBody().write(reply.body());
            }
        }
    }

    private Reply answer(Request request, HttpExchange exchange) throws IOException {
        String offered = window;
        if (request.path.startsWith("/renewal/") && offered != null) {
            return Reply.of(200, "application/json", offered, "retry-after", "21600");
        }
        Reply reply = forward(request, exchange);
        if (request.path.equals("/dir") && offered != null) {
            String text = new String(reply.body(), UTF_8);
            String base = "https://127.0.0.1:" + server.getAddress().getPort() + "/renewal";
            String more =
                    text.substring(0, text.lastIndexOf('}'))
                            + ", \"renewalInfo\": \""
                            + base
                            + "\"}";
            return new Reply(reply.status(), reply.fields(), more.getBytes(UTF_8));
        }
        return reply;
    }

    /** By hand: Pebble makes its addresses from the Host, which clients of Java do not let set. */
    private Reply forward(Request request, HttpExchange exchange) throws IOException {
        try (var socket =
                pebble.trusting()
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), pebble.port())) {
            StringBuilder head = new StringBuilder();
            head.append(request.method).append(' ').append(request.path).append(" HTTP/1.1\r\n");
            head.append("host: 127.0.0.1:").append(server.getAddress().getPort()).append("\r\n");
            head.append("connection: close\r\ncontent-length: ").append(request.body.length);
            for (String name : List.of("content-type", "accept", "user-agent")) {
                String value = exchange.getRequestHeaders().getFirst(name);
                if (value != null) {
                    head.append("\r\n").append(name).append(": ").append(value);
                }
            }
            head.append("\r\n\r\n");
            var out = new ByteArrayOutputStream();
            out.write(head.toString().getBytes(ISO_8859_1));
            out.write(request.body);
            socket.getOutputStream().write(out.toByteArray());
            return parse(socket.getInputStream().readAllBytes());
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static Reply parse(byte[] answer) throws IOException {
        String text = new String(answer, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        List<String> lines = new ArrayList<>(List.of(text.substring(0, end).split("\r\n", -1)));
        int status = Integer.parseInt(lines.removeFirst().substring(9, 12));
        Map<String, String> fields = new LinkedHashMap<>();
        boolean isChunked = false;
        for (String line : lines) {
            int colon = line.indexOf(':');
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            switch (name) {
                case "transfer-encoding" -> isChunked = true;
                case "content-length", "connection", "date" -> {}
                default ->
                        fields.merge(
                                name, line.substring(colon + 1).strip(), (a, b) -> a + ", " + b);
            }
        }
        byte[] body = text.substring(end + 4).getBytes(ISO_8859_1);
        return new Reply(status, fields, isChunked ? unchunked(body) : body);
    }

    private static byte[] unchunked(byte[] body) throws IOException {
        var in = new ByteArrayInputStream(body);
        var out = new ByteArrayOutputStream();
        while (true) {
            StringBuilder size = new StringBuilder();
            int next;
            while ((next = in.read()) != '\n') {
                size.append(next == '\r' ? "" : (char) next);
            }
            int length = Integer.parseInt(size.toString(), 16);
            if (length == 0) {
                return out.toByteArray();
            }
            out.write(in.readNBytes(length));
            in.readNBytes(2);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
