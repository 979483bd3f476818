package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3Headers;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ways a client may speak HTTP, with one way to ask for all of them. */
enum Dialect {
    H1(Wire.IO_URING, "HTTP/1.1"),
    H1_TLS(Wire.IO_URING_TLS, "HTTP/1.1"),
    H2C(Wire.IO_URING, "HTTP/2.0"),
    H2(Wire.IO_URING_TLS, "HTTP/2.0"),
    H3(Wire.IO_URING_TLS, "HTTP/3.0");

    private static final String HOST = "a.example";

    private final Wire wire;
    private final String protocol;

    Dialect(Wire wire, String protocol) {
        this.wire = wire;
        this.protocol = protocol;
    }

    /**
     * A request. Without a body it ends with its head, unless it is silent: then the body it
     * announces never comes.
     */
    record Ask(
            String method,
            String path,
            List<String> fields,
            @Nullable String body,
            boolean isLengthTold,
            boolean isSilent) {
        Ask {
            fields = List.copyOf(fields);
        }

        static Ask of(String method, String path, String... fields) {
            return new Ask(method, path, List.of(fields), null, false, false);
        }

        Ask body(String text, boolean isLengthTold) {
            return new Ask(method, path, fields, text, isLengthTold, false);
        }

        Ask silent() {
            return new Ask(method, path, fields, "never", true, true);
        }

        /** Its fields, each as name and value. */
        List<String[]> pairs() {
            List<String[]> pairs = new ArrayList<>();
            fields.forEach(field -> pairs.add(field.split(": ", 2)));
            if (body != null && isLengthTold) {
                pairs.add(new String[] {"content-length", String.valueOf(body.length())});
            }
            return pairs;
        }
    }

    /**
     * What came back.
     *
     * @param status 0 when the exchange was cut off before there was one
     * @param isComplete whether it ended as a whole message
     */
    record Reply(
            int status,
            List<Integer> interims,
            List<String> fields,
            String text,
            List<String> trailers,
            boolean isComplete) {
        Reply {
            interims = List.copyOf(interims);
            fields = List.copyOf(fields);
            trailers = List.copyOf(trailers);
        }

        @Nullable String field(String name) {
            return fields.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse(null);
        }
    }

    Wire wire() {
        return wire;
    }

    /** As the access log has it. */
    String protocol() {
        return protocol;
    }

    /** Asks on a connection of its own. */
    Reply ask(Edge edge, Ask ask) {
        return switch (this) {
            case H1, H1_TLS -> askByLines(edge, ask);
            case H2C, H2 -> askByFrames(edge, ask);
            case H3 -> askByDatagrams(edge, ask);
        };
    }

    private static Reply askByLines(Edge edge, Ask ask) {
        var text = new StringBuilder(ask.method() + " " + ask.path() + " HTTP/1.1\r\nhost: ");
        text.append(HOST).append("\r\n");
        ask.pairs().forEach(pair -> text.append(pair[0] + ": " + pair[1] + "\r\n"));
        String body = ask.body();
        if (ask.isSilent() || body == null) {
            text.append("\r\n");
        } else if (ask.isLengthTold()) {
            text.append("\r\n").append(body);
        } else {
            text.append(
                    "transfer-encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
                            .formatted(body.length(), body));
        }
        List<Integer> interims = new ArrayList<>();
        try (var client = edge.connect()) {
            client.send(text.toString());
            boolean isHead = ask.method().equals("HEAD");
            Response response = client.read(isHead);
            while (response.status() < 200) {
                interims.add(response.status());
                response = client.read(isHead);
            }
            return new Reply(
                    response.status(),
                    interims,
                    response.head().lines().skip(1).map(Dialect::named).toList(),
                    response.text(),
                    response.trailers().stream().map(Dialect::named).toList(),
                    response.isComplete());
        } catch (UncheckedIOException e) {
            return cutOff(interims);
        }
    }

    /** A field line with its name in lower case, as the other wires have it. */
    private static String named(String line) {
        int colon = line.indexOf(':');
        return RawClient.lower(line.substring(0, colon)) + line.substring(colon);
    }

    private static Reply askByFrames(Edge edge, Ask ask) {
        List<String> head = new ArrayList<>();
        head.add(":method=" + ask.method());
        head.add(":scheme=https");
        head.add(":authority=" + HOST);
        head.add(":path=" + ask.path());
        ask.pairs().forEach(pair -> head.add(pair[0] + "=" + pair[1]));
        String body = ask.body();
        try (var client = Http2Client.connect(edge)) {
            client.headers(1, body == null, head.toArray(String[]::new));
            if (body != null && !ask.isSilent()) {
                client.data(1, body, true);
            }
            Http2Client.Answer answer = client.answer(1);
            List<Integer> interims = new ArrayList<>();
            List<String> fields = new ArrayList<>();
            List<String> trailers = new ArrayList<>();
            for (List<String> block : answer.heads) {
                int status =
                        block.isEmpty() || !block.getFirst().startsWith(":status=")
                                ? 0
                                : Integer.parseInt(block.getFirst().substring(8));
                if (status >= 100 && status < 200) {
                    interims.add(status);
                    continue;
                }
                List<String> into = status == 0 ? trailers : fields;
                block.forEach(field -> into.add(field.replaceFirst("(?<=.)=", ": ")));
            }
            return new Reply(
                    answer.status(), interims, fields, answer.text(), trailers, answer.isComplete);
        }
    }

    private static Reply askByDatagrams(Edge edge, Ask ask) {
        Http3Headers head = H3Client.request(ask.method(), ask.path());
        ask.pairs().forEach(pair -> head.add(pair[0], pair[1]));
        String body = ask.body();
        try (var client = H3Client.connect(edge.port("secure"))) {
            H3Client.Answer answer;
            if (ask.isSilent()) {
                var collector = new H3Client.Collector();
                client.open(collector).writeAndFlush(new DefaultHttp3HeadersFrame(head));
                answer = H3Client.await(collector.answer);
            } else if (body == null) {
                answer = client.ask(head);
            } else {
                answer = client.ask(head, body.getBytes(ISO_8859_1));
            }
            return new Reply(
                    answer.status(),
                    answer.interims().stream().map(Integer::valueOf).toList(),
                    answer.fields(),
                    answer.text(),
                    answer.trailers(),
                    true);
        } catch (H3Client.Reset e) {
            return cutOff(List.of());
        }
    }

    private static Reply cutOff(List<Integer> interims) {
        return new Reply(0, interims, List.of(), "", List.of(), false);
    }

    /** The origin's protocol, for which the edge translates. */
    enum Origin {
        HTTP1("http/1.1", "1.1"),
        HTTP2("h2c", "2.0");

        private final String word;
        private final String version;

        Origin(String word, String version) {
            this.word = word;
            this.version = version;
        }

        /** As the configuration names it. */
        String word() {
            return word;
        }

        /** As {@code Via} tells it. */
        String version() {
            return version;
        }
    }
}
