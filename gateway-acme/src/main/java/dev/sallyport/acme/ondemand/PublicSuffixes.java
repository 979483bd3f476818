package dev.sallyport.acme.ondemand;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.IDN;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Names below which others register names of their own, such as {@code co.uk}: the ICANN part of
 * the public suffix list (publicsuffix.org) that comes with the JDK. Authorities certify none.
 *
 * <p>The list is a zip with an entry for each top level, named in Unicode; each line of it is a
 * rule after a byte that is 0 for ICANN's. Read one top level at a time, when a name of it is
 * looked at. Blocking; one thread at a time.
 */
final class PublicSuffixes {
    private static final int MOST_KEPT = 64;

    private final Path list;
    private final Map<String, Set<String>> kept = new LinkedHashMap<>();

    PublicSuffixes(Path list) {
        this.list = list;
    }

    /** The list of the JDK that runs. */
    static PublicSuffixes ofJdk() {
        return new PublicSuffixes(
                Path.of(
                        System.getProperty("java.home"),
                        "lib",
                        "security",
                        "public_suffix_list.dat"));
    }

    /** Why a name in lower case may have no certificate; null when it may. */
    @Nullable String refusal(String name) {
        int dot = name.indexOf('.');
        try {
            Set<String> rules = rules(name.substring(name.lastIndexOf('.') + 1));
            boolean isSuffix =
                    rules.contains(name)
                            || (rules.contains("*" + name.substring(Math.max(0, dot)))
                                    && !rules.contains("!" + name));
            return isSuffix ? "a public suffix" : null;
        } catch (IOException | IllegalArgumentException e) {
            // what cannot be looked up is not certified
            return "the public suffix list cannot be read: " + e;
        }
    }

    private Set<String> rules(String top) throws IOException {
        Set<String> known = kept.get(top);
        if (known != null) {
            return known;
        }
        Set<String> rules = read(top);
        if (kept.size() == MOST_KEPT) {
            kept.remove(kept.keySet().iterator().next());
        }
        kept.put(top, rules);
        return rules;
    }

    private Set<String> read(String top) throws IOException {
        Set<String> rules = new HashSet<>();
        try (ZipFile zip = new ZipFile(list.toFile(), UTF_8)) {
            ZipEntry entry = zip.getEntry(IDN.toUnicode(top));
            if (entry != null) {
                try (var in = zip.getInputStream(entry)) {
                    for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
                        if (line.length() > 1 && line.charAt(0) == 0) {
                            rules.add(encoded(line.substring(1)));
                        }
                    }
                }
            }
        }
        return rules;
    }

    /** As names are written in hellos; the marks at the start of a rule are none of IDN's. */
    private static String encoded(String rule) {
        int start = rule.startsWith("*.") ? 2 : rule.startsWith("!") ? 1 : 0;
        return rule.substring(0, start) + IDN.toASCII(rule.substring(start));
    }
}
