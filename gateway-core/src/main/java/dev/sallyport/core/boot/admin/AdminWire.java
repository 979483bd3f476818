package dev.sallyport.core.boot.admin;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * HTTP/1.1 as far as this door needs it: one request without a body for each connection, an answer
 * in chunks. Everything else is refused.
 */
final class AdminWire {
    private static final int LONGEST_HEAD = 16 * 1024;
    private static final int MOST_FIELDS = 50;

    /** A request that is not understood; its answer says why. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        final int status;

        Refused(int status, String reason) {
            super(reason);
            this.status = status;
        }
    }

    private AdminWire() {}

    static AdminRequest readRequest(InputStream in) throws IOException, Refused {
        String[] lines = readHead(in).split("\r\n", -1);
        String[] words = lines[0].split(" ", -1);
        if (words.length != 3 || !words[2].startsWith("HTTP/1.") || !words[1].startsWith("/")) {
            throw new Refused(400, "not an HTTP/1.1 request");
        }
        Map<String, String> fields = fields(lines);
        String length = fields.getOrDefault("content-length", "0");
        if (!length.equals("0") || fields.containsKey("transfer-encoding")) {
            throw new Refused(413, "a body (expected: none)");
        }
        int question = words[1].indexOf('?');
        String path = question < 0 ? words[1] : words[1].substring(0, question);
        String query = question < 0 ? "" : words[1].substring(question + 1);
        return new AdminRequest(words[0], path, query(query), fields);
    }

    /** The head without its last empty line. */
    static String readHead(InputStream in) throws IOException, Refused {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended in its head");
            }
            if (head.size() >= LONGEST_HEAD) {
                throw new Refused(431, "a head over " + LONGEST_HEAD + " bytes");
            }
            head.write(next);
            boolean isReturn = (matched & 1) == 0;
            matched = next == (isReturn ? '\r' : '\n') ? matched + 1 : next == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1).substring(0, head.size() - 4);
    }

    static Map<String, String> fields(String[] lines) throws Refused {
        if (lines.length - 1 > MOST_FIELDS) {
            throw new Refused(431, "over " + MOST_FIELDS + " fields");
        }
        Map<String, String> fields = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            if (lines[i].indexOf('\n') >= 0 || lines[i].indexOf('\r') >= 0) {
                throw new Refused(400, "a line that does not end in CR LF");
            }
            int colon = lines[i].indexOf(':');
            String name = colon <= 0 ? "" : lines[i].substring(0, colon);
            if (name.isEmpty() || name.strip().length() < name.length()) {
                throw new Refused(400, "a field without a name");
            }
            String lower = name.toLowerCase(java.util.Locale.ROOT);
            String value = lines[i].substring(colon + 1).strip();
            if (fields.put(lower, value) != null && isSingle(lower)) {
                throw new Refused(400, lower + " twice");
            }
        }
        return fields;
    }

    private static boolean isSingle(String name) {
        return name.equals("host") || name.equals("content-length");
    }

    private static Map<String, String> query(String text) throws Refused {
        Map<String, String> query = new HashMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                try {
                    query.put(
                            pair.substring(0, equals),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException _) {
                    throw new Refused(400, "a query that does not decode");
                }
            }
        }
        return query;
    }

    static void writeAnswer(OutputStream out, AdminAnswer answer, boolean hasBody)
            throws IOException {
        String head =
                "HTTP/1.1 "
                        + answer.status()
                        + " \r\ncontent-type: "
                        + answer.contentType()
                        + "\r\ncache-control: no-store\r\nconnection: close\r\n"
                        + "x-content-type-options: nosniff\r\ncontent-security-policy: "
                        + "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n"
                        + "transfer-encoding: chunked\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        if (hasBody) {
            Chunks chunks = new Chunks(out);
            answer.body().writeTo(chunks);
            chunks.end();
        }
        out.flush();
    }

    /** RFC 9112 7.1, in pieces of some size. */
    private static final class Chunks extends FilterOutputStream {
        private final byte[] waiting = new byte[8192];
        private int length;

        Chunks(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            if (length == waiting.length) {
                send();
            }
            waiting[length++] = (byte) b;
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            int at = offset;
            int left = count;
            while (left > 0) {
                if (length == waiting.length) {
                    send();
                }
                int some = Math.min(left, waiting.length - length);
                System.arraycopy(bytes, at, waiting, length, some);
                length += some;
                at += some;
                left -= some;
            }
        }

        private void send() throws IOException {
            if (length > 0) {
                out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.UTF_8));
                out.write(waiting, 0, length);
                out.write('\r');
                out.write('\n');
                length = 0;
            }
        }

        /** What writers flush and close is sent when it is enough. */
        @Override
        public void flush() {}

        @Override
        public void close() {}

        void end() throws IOException {
            send();
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
