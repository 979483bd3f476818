package dev.sallyport.core.downstream.h2;

import dev.sallyport.core.exchange.Rules;
import dev.sallyport.core.loop.Loop;
import java.util.concurrent.TimeUnit;

/**
 * What one client may make the edge do for nothing, in each span of ten seconds (CVE-2023-44487,
 * CVE-2025-8671, CVE-2019-9512 and its fellows). Requests and the data that are sent for them earn
 * some control frames; the rest are on a budget.
 */
final class FloodGuard {
    private static final long SPAN_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Frames a request may bring: PRIORITY, an early WINDOW_UPDATE. */
    private static final int BY_REQUEST = 3;

    /** Beyond this nothing more is earned: what was saved up may not come at once. */
    private static final int MOST_EARNED = 1000;

    private static final int LEAST_CUT = 1024;

    private final Loop loop;
    private long spanBegan;
    private int resets;
    private int controls;
    private int earned;

    FloodGuard(Loop loop) {
        this.loop = loop;
        this.spanBegan = loop.nanoTime();
    }

    /** A stream was reset, refused or broke a rule, by whomever; whether that was one too many. */
    boolean isResetTooMany(Rules.Streams limits) {
        turn();
        return ++resets >= limits.resets();
    }

    /** A frame came that nothing is gained by; whether it was one too many. */
    boolean isControlTooMany(Rules.Streams limits) {
        if (earned > 0) {
            earned--;
            return false;
        }
        turn();
        return ++controls >= limits.controlFrames();
    }

    void requestCame() {
        earned = Math.min(earned + BY_REQUEST, MOST_EARNED);
    }

    /**
     * A frame of data was sent, to which the client answers by opening its windows anew.
     *
     * @param isCut whether a window cut it short: tiny ones earn nothing (CVE-2019-9511)
     */
    void dataSent(int bytes, boolean isCut) {
        if (!isCut || bytes >= LEAST_CUT) {
            earned = Math.min(earned + 2, MOST_EARNED);
        }
    }

    private void turn() {
        long now = loop.nanoTime();
        if (now - spanBegan > SPAN_NANOS) {
            spanBegan = now;
            resets = 0;
            controls = 0;
        }
    }
}
