package dev.sallyport.acme.pki;

import dev.sallyport.acme.certificate.der.Der;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the intermediate authority may issue for: domains with all below them, networks, and hosts
 * of URIs, written {@code uri:example.org} for a SPIFFE trust domain.
 */
record Permitted(Set<String> entries) {
    private static final String URI_HOST = "uri:";

    /** Names that never leave a machine or a site. */
    static final Permitted LOCAL =
            new Permitted(
                    new LinkedHashSet<>(
                            List.of(
                                    "localhost",
                                    "test",
                                    "internal",
                                    "local",
                                    "home.arpa",
                                    "127.0.0.0/8",
                                    "10.0.0.0/8",
                                    "172.16.0.0/12",
                                    "192.168.0.0/16",
                                    "::1/128",
                                    "fc00::/7",
                                    "fe80::/10",
                                    "uri:.internal")));

    Permitted {
        entries = Set.copyOf(entries);
    }

    /** As kept in a file, one a line. */
    static Permitted parse(String text) {
        Set<String> entries = new LinkedHashSet<>(LOCAL.entries);
        for (String line : text.lines().toList()) {
            if (!line.isBlank()) {
                entries.add(line.strip());
            }
        }
        return new Permitted(entries);
    }

    /** The lines beyond those of {@link #LOCAL}, in order. */
    String text() {
        List<String> lines = new ArrayList<>(entries);
        lines.removeAll(LOCAL.entries);
        lines.sort(null);
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    /** The same with what an operator writes: a domain, a network, an address or a URI. */
    Permitted plus(String written) {
        Set<String> more = new LinkedHashSet<>(entries);
        more.add(entry(written));
        return new Permitted(more);
    }

    private static String entry(String written) {
        if (written.startsWith(URI_HOST)) {
            return written;
        }
        if (written.contains("://")) {
            return URI_HOST + host(written);
        }
        if (written.contains("/")) {
            network(written); // to be refused where it is written
            return written;
        }
        if (isAddress(written)) {
            return written + (written.contains(":") ? "/128" : "/32");
        }
        String name = written.startsWith("*.") ? written.substring(2) : written;
        if (!name.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*")) {
            throw new IllegalArgumentException(
                    written + ": (expected: a domain, a network or a URI)");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /** Whether a leaf may have this name. */
    boolean allows(String name) {
        if (name.contains("://")) {
            String host = host(name);
            return entries.stream()
                    .filter(each -> each.startsWith(URI_HOST))
                    .map(each -> each.substring(URI_HOST.length()))
                    .anyMatch(
                            each -> each.startsWith(".") ? host.endsWith(each) : host.equals(each));
        }
        if (isAddress(name)) {
            byte[] address = InetAddress.ofLiteral(name).getAddress();
            return entries.stream()
                    .filter(each -> each.contains("/"))
                    .anyMatch(each -> contains(network(each), address));
        }
        String host = name.toLowerCase(Locale.ROOT);
        String base = host.startsWith("*.") ? host.substring(2) : host;
        return entries.stream()
                .filter(each -> !each.contains("/") && !each.startsWith(URI_HOST))
                .anyMatch(each -> base.equals(each) || base.endsWith("." + each));
    }

    private static String host(String uri) {
        try {
            String host = URI.create(uri).getHost();
            if (host != null) {
                return host.toLowerCase(Locale.ROOT);
            }
        } catch (IllegalArgumentException _) {
            // told below
        }
        throw new IllegalArgumentException(
                uri + ": no host (expected: such as spiffe://example.org/name)");
    }

    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || name.matches("[0-9.]+");
    }

    /** Address and mask, one after the other, as RFC 5280 4.2.1.10 has them. */
    private static byte[] network(String text) {
        int slash = text.indexOf('/');
        byte[] address = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
        int bits = Integer.parseInt(text.substring(slash + 1));
        if (bits < 0 || bits > address.length * 8) {
            throw new IllegalArgumentException(
                    text + ": (expected: 0.." + address.length * 8 + " bits)");
        }
        byte[] both = Arrays.copyOf(address, address.length * 2);
        for (int i = 0; i < address.length; i++) {
            int ones = Math.clamp(bits - i * 8L, 0, 8);
            both[address.length + i] = (byte) (0xff << (8 - ones));
            both[i] &= both[address.length + i];
        }
        return both;
    }

    private static boolean contains(byte[] network, byte[] address) {
        if (network.length != address.length * 2) {
            return false;
        }
        for (int i = 0; i < address.length; i++) {
            if ((address[i] & network[address.length + i]) != network[i]) {
                return false;
            }
        }
        return true;
    }

    /** The extension's value (RFC 5280 4.2.1.10). */
    byte[] constraints() {
        List<byte[]> trees = new ArrayList<>();
        List<String> sorted = new ArrayList<>(entries);
        sorted.sort(null);
        for (String each : sorted) {
            byte[] name;
            if (each.startsWith(URI_HOST)) {
                name = text(6, each.substring(URI_HOST.length()));
            } else if (each.contains("/")) {
                name = Der.of(Der.CONTEXT | 7, network(each));
            } else {
                name = text(2, each);
            }
            trees.add(Der.sequence(name));
        }
        return Der.sequence(Der.of(Der.CONTEXT | Der.CONSTRUCTED, trees.toArray(byte[][]::new)));
    }

    private static byte[] text(int tag, String value) {
        return Der.of(Der.CONTEXT | tag, value.getBytes(StandardCharsets.US_ASCII));
    }
}
