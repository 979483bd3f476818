package dev.sallyport.core.loop;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;

/** The IMF-fixdate of now (RFC 9110 5.6.7), written anew once a second and only when asked. */
final class HttpDate {
    private static final String DAYS = "MonTueWedThuFriSatSun";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final int SECONDS_A_DAY = 86_400;

    private final Clock clock;
    private final byte[] bytes =
            "Thu, 01 Jan 1970 00:00:00 GMT".getBytes(StandardCharsets.US_ASCII);
    private long second = Long.MIN_VALUE;
    private long day = Long.MIN_VALUE;

    HttpDate(Clock clock) {
        this.clock = clock;
    }

    byte[] bytes() {
        long now = Math.floorDiv(clock.millis(), 1000);
        if (now != second) {
            second = now;
            write(now);
        }
        return bytes;
    }

    private void write(long now) {
        long today = Math.floorDiv(now, SECONDS_A_DAY);
        if (today != day) {
            day = today;
            writeDay(LocalDate.ofEpochDay(today));
        }
        int seconds = Math.floorMod(now, SECONDS_A_DAY);
        twoDigits(17, seconds / 3600);
        twoDigits(20, seconds / 60 % 60);
        twoDigits(23, seconds % 60);
    }

    private void writeDay(LocalDate date) {
        letters(0, DAYS, date.getDayOfWeek().getValue() - 1);
        twoDigits(5, date.getDayOfMonth());
        letters(8, MONTHS, date.getMonthValue() - 1);
        twoDigits(12, date.getYear() / 100);
        twoDigits(14, date.getYear() % 100);
    }

    private void letters(int at, String words, int word) {
        for (int i = 0; i < 3; i++) {
            bytes[at + i] = (byte) words.charAt(word * 3 + i);
        }
    }

    private void twoDigits(int at, int value) {
        bytes[at] = (byte) ('0' + value / 10);
        bytes[at + 1] = (byte) ('0' + value % 10);
    }
}
