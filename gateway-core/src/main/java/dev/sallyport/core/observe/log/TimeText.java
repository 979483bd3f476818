package dev.sallyport.core.observe.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A time in UTC as text, written anew only when its second changes. */
final class TimeText {
    private final DateTimeFormatter pattern;
    private byte[] text = new byte[0];
    private long second = Long.MIN_VALUE;

    private TimeText(String pattern) {
        this.pattern = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    /** {@code 2026-11-23T20:57:59}; the fraction and the zone are the caller's. */
    static TimeText iso() {
        return new TimeText("uuuu-MM-dd'T'HH:mm:ss");
    }

    /** {@code [23/Nov/2026:20:57:59 +0000]}. */
    static TimeText common() {
        return new TimeText("'['dd/MMM/uuuu:HH:mm:ss xx']'");
    }

    byte[] of(long epochMicros) {
        long asked = Math.floorDiv(epochMicros, 1_000_000);
        if (asked != second) {
            second = asked;
            text = pattern.format(Instant.ofEpochSecond(asked)).getBytes(StandardCharsets.US_ASCII);
        }
        return text;
    }
}
