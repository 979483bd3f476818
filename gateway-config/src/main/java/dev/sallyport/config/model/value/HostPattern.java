package dev.sallyport.config.model.value;

import dev.sallyport.config.model.name.InternationalName;

/**
 * Host names a route or certificate speaks for: one exact name, all names one label below another,
 * or one address. Kept in lower case, as A-labels, without a trailing dot; IPv6 without brackets.
 *
 * @param kind how {@code name} is to be compared
 * @param name the name, for a wildcard without its leading {@code *.}
 */
@Written(as = "host", pattern = "^[^/ ]+$")
public record HostPattern(Kind kind, String name) {
    private static final String EXPECTED =
            "a host name, *.name for one label below it, or an address";
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final String NAME = LABEL + "(\\." + LABEL + ")*";

    /** How a host pattern is to be compared. */
    public enum Kind {
        EXACT,
        WILDCARD,
        ADDRESS
    }

    public static HostPattern parse(String text) {
        if (text.equals("*")) {
            throw new InvalidValue(text, EXPECTED + "; leave host out for any");
        }
        var address =
                IpAddress.find(
                        text.startsWith("[") && text.endsWith("]")
                                ? text.substring(1, text.length() - 1)
                                : text);
        if (address != null) {
            return new HostPattern(Kind.ADDRESS, IpAddress.format(address));
        }
        int colon = text.indexOf(':');
        if (text.contains("://")) {
            throw new InvalidValue(text, "a host name without a scheme");
        }
        if (colon > 0 && text.indexOf(':', colon + 1) < 0) {
            throw new InvalidValue(text, "a host name without a port", text.substring(0, colon));
        }
        boolean wildcard = text.startsWith("*.");
        var name = canonical(wildcard ? text.substring(2) : text, text);
        return new HostPattern(wildcard ? Kind.WILDCARD : Kind.EXACT, name);
    }

    /** Whether a host, already in lower case and without port and trailing dot, is meant. */
    public boolean matches(String host) {
        if (kind != Kind.WILDCARD) {
            return host.equals(name);
        }
        int dot = host.indexOf('.');
        return dot > 0
                && host.length() - dot - 1 == name.length()
                && host.regionMatches(dot + 1, name, 0, name.length());
    }

    /**
     * Whether these names never leave the machine or site, so no public authority certifies them.
     */
    public boolean isLocal() {
        if (kind == Kind.ADDRESS) {
            return name.equals("::1") || name.startsWith("127.");
        }
        var last = name.substring(name.lastIndexOf('.') + 1);
        return last.equals("localhost") || last.equals("test") || last.equals("internal");
    }

    @Override
    public String toString() {
        return kind == Kind.WILDCARD ? "*." + name : name;
    }

    private static String canonical(String name, String text) {
        var plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (plain.contains("*")) {
            throw new InvalidValue(text, "a * as the first label only, as in *.example.com");
        }
        var ascii = ascii(plain, text);
        // A last label of digits would be read as IPv4 by some clients, whatever it is here.
        if (ascii.length() > 253 || !ascii.matches(NAME) || ascii.matches("(.*\\.)?[0-9]+")) {
            throw new InvalidValue(text, EXPECTED);
        }
        return ascii;
    }

    private static String ascii(String name, String text) {
        try {
            return InternationalName.toAscii(name);
        } catch (IllegalArgumentException e) {
            throw new InvalidValue(text, String.valueOf(e.getMessage()));
        }
    }
}
