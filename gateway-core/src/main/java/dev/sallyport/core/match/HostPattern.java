package dev.sallyport.core.match;

import java.nio.charset.StandardCharsets;

/**
 * Which hosts a route is for.
 *
 * <p>Written as a host name ({@code shop.example.com}), a wildcard for exactly one label ({@code
 * *.example.com}) or for one label or more ({@code **.example.com}). Unicode names become A-labels
 * here, once: the wire knows only those.
 *
 * @param kind what stands before the suffix
 * @param suffix the canonical name itself, or what follows the wildcard; empty for any host
 */
public record HostPattern(Kind kind, String suffix) {

    /** What a pattern leaves open, the most specific first. */
    public enum Kind {
        EXACT(""),
        ONE_LABEL("*."),
        LABELS("**."),
        ANY("*");

        private final String written;

        Kind(String written) {
            this.written = written;
        }
    }

    /** Every host, also none at all. */
    public static HostPattern any() {
        return new HostPattern(Kind.ANY, "");
    }

    /** Reads the written form. */
    public static HostPattern parse(String text) {
        if (text.equals("*")) {
            return any();
        }
        if (text.startsWith("**.")) {
            return new HostPattern(Kind.LABELS, wildcardSuffix(text, 3));
        }
        if (text.startsWith("*.")) {
            return new HostPattern(Kind.ONE_LABEL, wildcardSuffix(text, 2));
        }
        return new HostPattern(Kind.EXACT, canonical(text, text));
    }

    @Override
    public String toString() {
        return kind.written + suffix;
    }

    private static String wildcardSuffix(String text, int from) {
        var suffix = canonical(text.substring(from), text);
        if (suffix.matches("\\[.*|[0-9.]+")) {
            throw refused(text, "a wildcard before a name, not before an address");
        }
        return suffix;
    }

    private static String canonical(String name, String text) {
        if (!name.chars().allMatch(c -> c < 0x80)) {
            throw refused(text, "ASCII; names in other letters are read as xn-- names before");
        }
        var bytes = name.getBytes(StandardCharsets.US_ASCII);
        var host = new byte[HostNames.MAX_LENGTH];
        long canonical = HostNames.canonicalise(bytes, 0, bytes.length, host, 0);
        if (canonical == HostNames.INVALID) {
            throw refused(
                    text,
                    "a host name, \"*.\" or \"**.\" and a host name, or an IP address, IPv6 in brackets");
        }
        if (HostNames.port(canonical) >= 0 || name.endsWith(":")) {
            throw refused(text, "a host without a port; ports belong to listeners");
        }
        return new String(host, 0, HostNames.length(canonical), StandardCharsets.US_ASCII);
    }

    private static IllegalArgumentException refused(String text, String expected) {
        return new IllegalArgumentException("\"" + text + "\" (expected: " + expected + ")");
    }
}
