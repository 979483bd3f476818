package dev.sallyport.core.observe.log;

import java.nio.charset.StandardCharsets;

/** One JSON object a line; what is absent is left out. */
final class JsonLines implements AccessFormat.Lines {
    private static final byte[] TIME = key("{\"time\":\"");
    private static final byte[] ID = key("Z\",\"id\":\"");
    private static final byte[] CLIENT = key("\",\"client\":\"");
    private static final byte[] PORT = key("\",\"port\":");
    private static final byte[] QUOTE = key("\"");
    private static final byte[] STATUS = key(",\"status\":");
    private static final byte[] IN = key(",\"in\":");
    private static final byte[] OUT = key(",\"out\":");
    private static final byte[] GRPC_STATUS = key(",\"grpc_status\":");
    private static final byte[] ATTEMPTS = key(",\"attempts\":");
    private static final byte[] TUNNEL = key(",\"tunnel\":true");
    private static final byte[] CUT = key(",\"cut\":true");
    private static final byte[] MS_TOTAL = key(",\"ms\":{\"total\":");
    private static final byte[] MS_FILTERS = key(",\"filters\":");
    private static final byte[] MS_CONNECT = key(",\"connect\":");
    private static final byte[] MS_FIRST_BYTE = key(",\"first_byte\":");
    private static final byte[] MS_UPSTREAM = key(",\"upstream\":");
    private static final byte[] TRACE = key(",\"trace\":\"");
    private static final byte[] SPAN = key("\",\"span\":\"");
    private static final byte[] SAMPLED = key("\",\"sampled\":");
    private static final byte[] TRUE = key("true");
    private static final byte[] FALSE = key("false");
    private static final byte[] END = key("}\n");

    // Before the status, and after it, in the order they are printed.
    private static final Text[] ASKED = {
        new Text(AccessEntry.LISTENER, "listener"),
        new Text(AccessEntry.PROTOCOL, "proto"),
        new Text(AccessEntry.TLS_VERSION, "tls"),
        new Text(AccessEntry.TLS_CIPHER, "cipher"),
        new Text(AccessEntry.ALPN, "alpn"),
        new Text(AccessEntry.CLIENT_SUBJECT, "client_subject"),
        new Text(AccessEntry.CLIENT_FINGERPRINT, "client_fingerprint"),
        new Text(AccessRecord.METHOD, "method"),
        new Text(AccessRecord.HOST, "host"),
        new Text(AccessRecord.PATH, "path"),
        new Text(AccessRecord.QUERY, "query")
    };
    private static final Text[] ANSWERED = {
        new Text(AccessEntry.ROUTE, "route"),
        new Text(AccessEntry.UPSTREAM, "upstream"),
        new Text(AccessEntry.ENDPOINT, "endpoint"),
        new Text(AccessEntry.REASON, "reason"),
        new Text(AccessEntry.VERDICT, "verdict"),
        new Text(AccessRecord.USER_AGENT, "user_agent"),
        new Text(AccessRecord.REFERER, "referer")
    };

    private final TimeText time = TimeText.iso();

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void append(AccessEntry entry, LineBuffer out) {
        long start = entry.startEpochMicros();
        out.put(TIME);
        out.put(time.of(start));
        out.put('.');
        out.padded((int) Math.floorMod(start, 1_000_000L), 6);
        out.put(ID);
        out.hex(entry.requestId());
        client(entry, out);
        for (Text text : ASKED) {
            text(entry, text, out);
        }
        if (entry.status() > 0) {
            number(STATUS, entry.status(), out);
        }
        number(IN, entry.bytesIn(), out);
        number(OUT, entry.bytesOut(), out);
        for (Text text : ANSWERED) {
            text(entry, text, out);
        }
        if (entry.attempts() > 0) {
            number(ATTEMPTS, entry.attempts(), out);
        }
        if (entry.grpcStatus() >= 0) {
            number(GRPC_STATUS, entry.grpcStatus(), out);
        }
        if (entry.isTunnel()) {
            out.put(TUNNEL);
        }
        if (entry.isCut()) {
            out.put(CUT);
        }
        durations(entry, out);
        trace(entry, out);
        out.put(END);
    }

    private static void client(AccessEntry entry, LineBuffer out) {
        if (entry.clientFamily() == 0) {
            out.put(QUOTE);
            return;
        }
        out.put(CLIENT);
        out.address(entry.clientFamily(), entry.clientHigh(), entry.clientLow());
        out.put(PORT);
        out.decimal(entry.clientPort());
    }

    private static void durations(AccessEntry entry, LineBuffer out) {
        out.put(MS_TOTAL);
        out.millis(entry.totalMicros());
        duration(MS_FILTERS, entry.filtersMicros(), out);
        duration(MS_CONNECT, entry.connectMicros(), out);
        duration(MS_FIRST_BYTE, entry.upstreamFirstByteMicros(), out);
        duration(MS_UPSTREAM, entry.upstreamTotalMicros(), out);
        out.put('}');
    }

    private static void duration(byte[] key, long micros, LineBuffer out) {
        if (micros != AccessRecord.ABSENT) {
            out.put(key);
            out.millis(micros);
        }
    }

    private static void trace(AccessEntry entry, LineBuffer out) {
        if ((entry.traceHigh() | entry.traceLow()) == 0) {
            return;
        }
        out.put(TRACE);
        out.hex(entry.traceHigh());
        out.hex(entry.traceLow());
        out.put(SPAN);
        out.hex(entry.spanId());
        out.put(SAMPLED);
        out.put(entry.isSampled() ? TRUE : FALSE);
    }

    private static void number(byte[] key, long value, LineBuffer out) {
        out.put(key);
        out.decimal(value);
    }

    private static void text(AccessEntry entry, Text text, LineBuffer out) {
        int length = entry.length(text.which);
        if (length > 0) {
            out.put(text.key);
            JsonText.append(entry.bytes(), entry.offset(text.which), length, out);
            out.put('"');
        }
    }

    private static final class Text {
        final int which;
        final byte[] key;

        Text(int which, String name) {
            this.which = which;
            this.key = JsonLines.key(",\"" + name + "\":\"");
        }
    }
}
