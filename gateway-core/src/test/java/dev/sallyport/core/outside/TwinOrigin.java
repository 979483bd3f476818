package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.core.upstream.FrameServer;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** An origin that behaves the same by HTTP/1.1 and by HTTP/2: what it does, the path says. */
final class TwinOrigin implements AutoCloseable {
    /** A request as it arrived; the names of its fields are in lower case. */
    record Seen(String method, String path, Map<String, String> fields, String body) {
        Seen {
            fields = Map.copyOf(fields);
        }
    }

    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final Closeable server;
    private final int port;

    private TwinOrigin(Dialect.Origin speaks) throws IOException {
        if (speaks == Dialect.Origin.HTTP1) {
            var lines = RawServer.scripted(this::serveLines);
            server = lines::close;
            port = lines.port();
        } else {
            var frames = FrameServer.start(this::serveFrames);
            server = frames::close;
            port = frames.port();
        }
    }

    static TwinOrigin start(Dialect.Origin speaks) throws IOException {
        return new TwinOrigin(speaks);
    }

    int port() {
        return port;
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void serveLines(RawServer.Connection connection) throws Exception {
        for (RawServer.Request request = connection.read();
                request != null;
                request = connection.read()) {
            Map<String, String> fields = new HashMap<>();
            request.head()
                    .lines()
                    .skip(1)
                    .filter(line -> !line.isEmpty())
                    .forEach(line -> {
                        int colon = line.indexOf(':');
                        fields.put(
                                RawClient.lower(line.substring(0, colon)),
                                line.substring(colon + 1).strip());
                    });
            String method = request.line().substring(0, request.line().indexOf(' '));
            String body = new String(request.body(), ISO_8859_1);
            seen.add(new Seen(method, request.path(), fields, body));
            switch (behaviour(request.path())) {
                case "empty" -> connection.send("HTTP/1.1 204 No Content\r\n\r\n");
                case "cached" ->
                        connection.send("HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n");
                case "pieces" ->
                        connection.send(
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
                case "trailers" ->
                        connection.send(
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + "1\r\nx\r\n0\r\nX-Sum: 1\r\n\r\n");
                case "hints" ->
                        connection.send(
                                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                                        + RawServer.ok("x"));
                case "bad" ->
                        connection.send(
                                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx");
                case "cut" -> {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                    return;
                }
                default ->
                        connection.send(
                                method.equals("HEAD")
                                        ? "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n"
                                        : RawServer.ok(body));
            }
        }
    }

    /** A request in the making. */
    private static final class Begun {
        final Map<String, String> fields = new HashMap<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
    }

    private void serveFrames(FrameServer.Connection connection) throws IOException {
        connection.settings();
        Map<Integer, Begun> requests = new HashMap<>();
        while (true) {
            FrameServer.Frame frame = connection.next();
            if (frame.type() != FrameServer.HEADERS && frame.type() != FrameServer.DATA) {
                continue;
            }
            Begun request = requests.computeIfAbsent(frame.stream(), _ -> new Begun());
            if (frame.type() == FrameServer.HEADERS) {
                connection
                        .fields(frame)
                        .forEach(field ->
                                request.fields.put(
                                        field.getKey().toString(), field.getValue().toString()));
            } else {
                request.body.writeBytes(frame.payload());
            }
            if (frame.isEnd()) {
                requests.remove(frame.stream());
                answer(connection, frame.stream(), request);
            }
        }
    }

    private void answer(FrameServer.Connection connection, int stream, Begun request)
            throws IOException {
        String method = request.fields.getOrDefault(":method", "");
        String path = request.fields.getOrDefault(":path", "");
        String body = request.body.toString(ISO_8859_1);
        seen.add(new Seen(method, path, request.fields, body));
        switch (behaviour(path)) {
            case "empty" -> connection.headers(stream, true, ":status", "204");
            case "cached" -> connection.headers(stream, true, ":status", "304", "etag", "\"1\"");
            case "pieces" -> {
                connection.headers(stream, false, ":status", "200");
                connection.data(stream, false, "one");
                connection.data(stream, true, "two");
            }
            case "trailers" -> {
                connection.headers(stream, false, ":status", "200");
                connection.data(stream, false, "x");
                connection.headers(stream, true, "x-sum", "1");
            }
            case "hints" -> {
                connection.headers(stream, false, ":status", "103", "link", "</a>");
                connection.answer(stream, "x");
            }
            case "bad" -> connection.headers(stream, true, ":status", "200", "X-Upper", "1");
            case "cut" -> {
                connection.headers(stream, false, ":status", "200", "content-length", "10");
                connection.data(stream, false, "abc");
                connection.reset(stream, 2);
            }
            default -> {
                if (method.equals("HEAD")) {
                    connection.headers(stream, true, ":status", "200", "content-length", "1234");
                } else {
                    connection.answer(stream, body);
                }
            }
        }
    }

    /** The first segment of a path. */
    private static String behaviour(String path) {
        List<String> segments = new ArrayList<>(List.of(path.split("[/?]", 3)));
        return segments.size() < 2 ? "" : segments.get(1);
    }
}
