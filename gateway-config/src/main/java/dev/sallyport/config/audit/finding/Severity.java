package dev.sallyport.config.audit.finding;

import java.util.Locale;

/** How bad a finding is, the worst first. */
public enum Severity {
    /** Whoever gets there owns the host, or the data, at once. */
    CRITICAL,
    /** A way around the edge, or out of a container. */
    HIGH,
    /** A layer less than there should be. */
    MEDIUM,
    /** Worth doing. */
    LOW,
    /** To know; nothing fails by it. */
    NOTE;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether this is at least as bad. */
    public boolean reaches(Severity other) {
        return compareTo(other) <= 0;
    }
}
