package dev.sallyport.config.survey.engine;

import dev.sallyport.config.audit.seen.Variable;
import dev.sallyport.config.guard.json.JsonReader;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.patience.TimeLimit;
import dev.sallyport.config.survey.EnvironmentReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks an engine on its unix socket, by GET and nothing else; each answer as a tree. */
final class EngineDoor {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LARGEST = 64 << 20;
    private static final int LONGEST_HEAD = 16 << 10;

    private final Path socket;
    private final Place place;

    EngineDoor(Path socket, Place place) {
        this.socket = socket;
        this.place = place;
    }

    /**
     * The answer to a call: maps, lists and texts. Of an environment the names are kept, as {@link
     * Variable}; its values are dropped while they are read.
     */
    Object get(String target) throws IOException {
        var answer = exchange(target);
        var text =
                new String(
                        answer,
                        0,
                        Math.min(answer.length, LONGEST_HEAD),
                        StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0 || !text.matches("(?s)HTTP/1\\.[01] [1-5][0-9][0-9].*")) {
            throw new IOException(socket + ": no HTTP answer");
        }
        var status = text.substring(9, 12);
        if (!status.equals("200")) {
            throw new IOException(socket + ": " + target + ": status " + status);
        }
        int body = end + 4;
        return read(new JsonReader(new ByteArrayInputStream(answer, body, answer.length - body)));
    }

    /** In HTTP/1.0, so that the body ends with the connection (RFC 9112, 6.3). */
    private byte[] exchange(String target) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                var _ = new TimeLimit(PATIENCE).on(channel)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            var request = "GET " + target + " HTTP/1.0\r\nHost: engine\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            var answer = Channels.newInputStream(channel).readNBytes(LARGEST + 1);
            if (answer.length > LARGEST) {
                throw new IOException(socket + ": " + target + ": more than 64MiB");
            }
            return answer;
        }
    }

    private Object read(JsonReader json) throws IOException {
        if (json.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            json.beginObject();
            for (var name = json.nextName(); name != null; name = json.nextName()) {
                map.put(name, name.equals("Env") ? environment(json) : read(json));
            }
            return map;
        }
        if (json.isArray()) {
            List<Object> list = new ArrayList<>();
            json.beginArray();
            while (json.nextItem()) {
                list.add(read(json));
            }
            return list;
        }
        return json.scalar();
    }

    private List<Variable> environment(JsonReader json) throws IOException {
        List<Variable> all = new ArrayList<>();
        if (!json.isArray()) {
            json.skip();
            return all;
        }
        json.beginArray();
        while (json.nextItem()) {
            all.add(EnvironmentReader.of(json.scalar(), place));
        }
        return all;
    }
}
