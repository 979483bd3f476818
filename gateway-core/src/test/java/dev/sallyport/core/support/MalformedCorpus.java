package dev.sallyport.core.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Reads the tables of messages under {@code malformed/} and {@code wellformed/} in the test
 * resources.
 */
@SuppressWarnings("ArrayRecordComponent") // raw messages, compared by nobody
public final class MalformedCorpus {

    /** One message that must be refused, and how. */
    public record Item(String name, int status, String reason, byte[] bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** One request head that must be accepted, and what it means. */
    public record Accepted(String name, String meaning, byte[] bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A request whose fields come decoded, that must be refused, and how. */
    public record Fields(
            String name, int status, String reason, List<byte[][]> fields, boolean isLast) {
        @Override
        public String toString() {
            return name;
        }
    }

    private MalformedCorpus() {}

    /** Requests of HTTP/2 and HTTP/3. */
    public static List<Fields> fields() {
        return rows("/malformed/fields.txt", 4).stream()
                .map(row -> fields(row[0], Integer.parseInt(row[1]), row[2], row[3]))
                .toList();
    }

    private static Fields fields(String name, int status, String reason, String text) {
        List<byte[][]> fields = new ArrayList<>();
        boolean isLast = false;
        for (String field : text.split(" ~ ", -1)) {
            if (field.equals("END")) {
                isLast = true;
            } else if (field.equals("@")) {
                fields.addAll(get());
            } else {
                int split = field.indexOf('=');
                fields.add(
                        new byte[][] {
                            unescaped(field.substring(0, split)),
                            unescaped(field.substring(split + 1))
                        });
            }
        }
        return new Fields(name, status, reason, List.copyOf(fields), isLast);
    }

    /** The pseudo-fields of {@code GET https://a.example/}. */
    public static List<byte[][]> get() {
        return List.of(
                new byte[][] {unescaped(":method"), unescaped("GET")},
                new byte[][] {unescaped(":scheme"), unescaped("https")},
                new byte[][] {unescaped(":authority"), unescaped("a.example")},
                new byte[][] {unescaped(":path"), unescaped("/")});
    }

    public static List<Item> requests() {
        return items("/malformed/requests.txt");
    }

    /** Requests whose head is good and whose chunked body is not. */
    public static List<Item> bodies() {
        return items("/malformed/bodies.txt");
    }

    public static List<Item> responses() {
        return items("/malformed/responses.txt");
    }

    public static List<Accepted> acceptedRequests() {
        return rows("/wellformed/requests.txt", 3).stream()
                .map(row -> new Accepted(row[0], text(row[1]), unescaped(row[2])))
                .toList();
    }

    private static List<Item> items(String resource) {
        return rows(resource, 4).stream()
                .map(row -> new Item(row[0], Integer.parseInt(row[1]), row[2], unescaped(row[3])))
                .toList();
    }

    private static List<String[]> rows(String resource, int columns) {
        try (InputStream in =
                Objects.requireNonNull(
                        MalformedCorpus.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .map(line -> line.split(" \\| ", columns))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String escaped) {
        return new String(unescaped(escaped), ISO_8859_1);
    }

    /** Resolves {@code \r \n \t \\ \xHH} and {@code \{text*count}}. */
    static byte[] unescaped(String text) {
        var out = new ByteArrayOutputStream();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c != '\\') {
                out.write(c);
                continue;
            }
            char escape = text.charAt(i++);
            switch (escape) {
                case 'r' -> out.write('\r');
                case 'n' -> out.write('\n');
                case 't' -> out.write('\t');
                case 'x' -> {
                    out.write(Integer.parseInt(text.substring(i, i + 2), 16));
                    i += 2;
                }
                case '{' -> {
                    int close = text.indexOf('}', i);
                    int star = text.lastIndexOf('*', close);
                    byte[] piece = unescaped(text.substring(i, star));
                    int count = Integer.parseInt(text.substring(star + 1, close));
                    for (int n = 0; n < count; n++) {
                        out.write(piece, 0, piece.length);
                    }
                    i = close + 1;
                }
                default -> out.write(escape);
            }
        }
        return out.toByteArray();
    }

    /** The first bytes of a message, for the text of a failure. */
    public static String shown(byte[] bytes) {
        return new String(Arrays.copyOf(bytes, Math.min(bytes.length, 120)), ISO_8859_1);
    }
}
