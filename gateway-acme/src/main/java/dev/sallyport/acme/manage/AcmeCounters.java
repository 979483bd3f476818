package dev.sallyport.acme.manage;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was done, counted, for metrics; every label comes from a closed list or a configuration. */
public final class AcmeCounters {
    private final Map<String, Long> issuances = new TreeMap<>();
    private final Map<String, Long> renewalChecks = new TreeMap<>();
    private final Map<String, Long> storeErrors = new TreeMap<>();
    private final Map<String, Double> seconds = new TreeMap<>();
    private long windowsChanged;
    private long fuseBlocked;

    /** Takes values with their labels. */
    @FunctionalInterface
    public interface Taker {
        void take(double value, List<String> labels);
    }

    synchronized void issuance(String authority, String result) {
        issuances.merge(authority + "\n" + result, 1L, Long::sum);
    }

    synchronized void took(String authority, double time) {
        seconds.merge(authority, time, Double::sum);
    }

    synchronized void renewalCheck(String result) {
        renewalChecks.merge(result, 1L, Long::sum);
    }

    synchronized void windowChanged() {
        windowsChanged++;
    }

    synchronized void fuseBlocked() {
        fuseBlocked++;
    }

    synchronized void storeError(String operation) {
        storeErrors.merge(operation, 1L, Long::sum);
    }

    /** Efforts by authority and how they ended. */
    public synchronized void issuances(Taker taker) {
        issuances.forEach((key, count) -> taker.take(count, List.of(key.split("\n", 2))));
    }

    /** Seconds spent on efforts that succeeded, by authority. */
    public synchronized void seconds(Taker taker) {
        seconds.forEach((key, sum) -> taker.take(sum, List.of(key)));
    }

    /** Questions about renewals, by result. */
    public synchronized void renewalChecks(Taker taker) {
        renewalChecks.forEach((key, count) -> taker.take(count, List.of(key)));
    }

    /** Failures of the disk, by what was done. */
    public synchronized void storeErrors(Taker taker) {
        storeErrors.forEach((key, count) -> taker.take(count, List.of(key)));
    }

    public synchronized long windowsChanged() {
        return windowsChanged;
    }

    public synchronized long fuseBlocks() {
        return fuseBlocked;
    }
}
