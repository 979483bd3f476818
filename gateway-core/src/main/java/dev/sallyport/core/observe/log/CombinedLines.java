package dev.sallyport.core.observe.log;

/**
 * The combined log format: {@code client - - [time] "request line" status bytes "referer" "user
 * agent"}.
 *
 * <p>As httpd does it, a quote or backslash gets a backslash and any other unprintable byte becomes
 * {@code \xhh}; what is absent is {@code -}.
 */
final class CombinedLines implements AccessFormat.Lines {
    private static final byte[] NOBODY = {' ', '-', ' ', '-', ' '};

    private final TimeText time = TimeText.common();

    @Override
    public void append(AccessEntry entry, LineBuffer out) {
        if (entry.clientFamily() == 0) {
            out.put('-');
        } else {
            out.address(entry.clientFamily(), entry.clientHigh(), entry.clientLow());
        }
        out.put(NOBODY);
        out.put(time.of(entry.startEpochMicros()));
        out.put(' ');
        out.put('"');
        requestLine(entry, out);
        out.put('"');
        out.put(' ');
        if (entry.status() == 0) {
            out.put('-');
        } else {
            out.decimal(entry.status());
        }
        out.put(' ');
        if (entry.bytesOut() == 0) {
            out.put('-');
        } else {
            out.decimal(entry.bytesOut());
        }
        quoted(entry, AccessRecord.REFERER, out);
        quoted(entry, AccessRecord.USER_AGENT, out);
        out.put('\n');
    }

    private static void requestLine(AccessEntry entry, LineBuffer out) {
        if (entry.length(AccessRecord.METHOD) == 0) {
            out.put('-');
            return;
        }
        escaped(entry, AccessRecord.METHOD, out);
        out.put(' ');
        escaped(entry, AccessRecord.PATH, out);
        escaped(entry, AccessRecord.QUERY, out);
        out.put(' ');
        escaped(entry, AccessEntry.PROTOCOL, out);
    }

    private static void quoted(AccessEntry entry, int which, LineBuffer out) {
        out.put(' ');
        out.put('"');
        if (entry.length(which) == 0) {
            out.put('-');
        } else {
            escaped(entry, which, out);
        }
        out.put('"');
    }

    private static void escaped(AccessEntry entry, int which, LineBuffer out) {
        byte[] bytes = entry.bytes();
        int offset = entry.offset(which);
        int end = offset + entry.length(which);
        for (int i = offset; i < end; i++) {
            byte b = bytes[i];
            if (b == '"' || b == '\\') {
                out.put('\\');
                out.put(b);
            } else if (b < ' ' || b == 0x7f) {
                out.put('\\');
                out.put('x');
                out.hexByte(b);
            } else {
                out.put(b);
            }
        }
    }
}
