package dev.sallyport.config.model.name;

import java.text.Normalizer;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Names of hosts in the letters of any language, in the one form that clients send. */
public final class InternationalName {
    // UTS 39 5.2, "highly restrictive": the mixtures that languages really use.
    private static final Set<Set<Character.UnicodeScript>> MIXTURES =
            Set.of(
                    EnumSet.of(
                            Character.UnicodeScript.LATIN,
                            Character.UnicodeScript.HAN,
                            Character.UnicodeScript.HIRAGANA,
                            Character.UnicodeScript.KATAKANA),
                    EnumSet.of(
                            Character.UnicodeScript.LATIN,
                            Character.UnicodeScript.HAN,
                            Character.UnicodeScript.HANGUL),
                    EnumSet.of(
                            Character.UnicodeScript.LATIN,
                            Character.UnicodeScript.HAN,
                            Character.UnicodeScript.BOPOMOFO));

    private InternationalName() {}

    /**
     * A name in lower case, its labels beyond ASCII as A-labels: {@code Bücher.example} is {@code
     * xn--bcher-kva.example}. What is ASCII is not looked at further.
     *
     * @throws IllegalArgumentException when there is no such form, or it would imitate another
     *     name; its message says what is expected
     */
    public static String toAscii(String name) {
        return isAscii(name) ? name.toLowerCase(Locale.ROOT) : mapped(name);
    }

    /**
     * Unicode to A-labels as browsers do it today (UTS 46, non-transitional, so {@code ß} stays
     * itself); java.net.IDN would follow the rules of 2003 and name another host.
     */
    private static String mapped(String name) {
        var ascii = new StringBuilder();
        var mapped =
                Normalizer.normalize(
                                lowerCase(Normalizer.normalize(name, Normalizer.Form.NFKC)),
                                Normalizer.Form.NFKC)
                        .replace('\u3002', '.');
        for (var label : mapped.split("\\.", -1)) {
            ascii.append(ascii.isEmpty() ? "" : ".").append(isAscii(label) ? label : aLabel(label));
        }
        return ascii.toString();
    }

    /** Letter by letter: String.toLowerCase knows final sigmas, and names do not. */
    private static String lowerCase(String name) {
        var lower = new StringBuilder();
        // The one letter whose small form is two; alone, it would pass for an i.
        name.replace("\u0130", "i\u0307")
                .codePoints()
                .map(Character::toLowerCase)
                .forEach(lower::appendCodePoint);
        return lower.toString();
    }

    private static String aLabel(String label) {
        if (label.length() > 63) {
            throw refused("labels of at most 63 characters");
        }
        var scripts = EnumSet.noneOf(Character.UnicodeScript.class);
        for (int point : label.codePoints().toArray()) {
            if (!Character.isLetterOrDigit(point)
                    && point != '-'
                    && (!isMark(point) || scripts.isEmpty())) {
                throw refused("letters, digits and hyphens; not U+" + Integer.toHexString(point));
            }
            scripts.add(Character.UnicodeScript.of(point));
        }
        scripts.remove(Character.UnicodeScript.COMMON);
        scripts.remove(Character.UnicodeScript.INHERITED);
        if (scripts.size() > 1
                && MIXTURES.stream().noneMatch(mixture -> mixture.containsAll(scripts))) {
            throw refused(
                    "letters of one script; this mixes "
                            + scripts
                            + " and may imitate another name; if it is meant, write it as xn--"
                            + punycode(label));
        }
        return "xn--" + punycode(label);
    }

    private static boolean isMark(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    /** RFC 3492 6.3. */
    private static String punycode(String label) {
        int[] points = label.codePoints().toArray();
        var out = new StringBuilder();
        for (int point : points) {
            if (point < 0x80) {
                out.append((char) point);
            }
        }
        int basic = out.length();
        int handled = basic;
        if (basic > 0) {
            out.append('-');
        }
        int next = 0x80;
        int delta = 0;
        int bias = 72;
        while (handled < points.length) {
            int smallest = Integer.MAX_VALUE;
            for (int point : points) {
                smallest = point >= next ? Math.min(smallest, point) : smallest;
            }
            // At most 63 code points, so this stays far below 2^31.
            delta += (smallest - next) * (handled + 1);
            next = smallest;
            for (int point : points) {
                delta += point < next ? 1 : 0;
                if (point == next) {
                    appendVariable(out, delta, bias);
                    bias = adapt(delta, handled + 1, handled == basic);
                    delta = 0;
                    handled++;
                }
            }
            delta++;
            next++;
        }
        return out.toString();
    }

    private static void appendVariable(StringBuilder out, int delta, int bias) {
        int rest = delta;
        for (int k = 36; ; k += 36) {
            int threshold = Math.clamp(k - bias, 1, 26);
            if (rest < threshold) {
                out.append(digit(rest));
                return;
            }
            out.append(digit(threshold + (rest - threshold) % (36 - threshold)));
            rest = (rest - threshold) / (36 - threshold);
        }
    }

    private static int adapt(int delta, int points, boolean first) {
        int rest = first ? delta / 700 : delta / 2;
        rest += rest / points;
        int k = 0;
        for (; rest > 35 * 26 / 2; k += 36) {
            rest /= 35;
        }
        return k + 36 * rest / (rest + 38);
    }

    private static char digit(int value) {
        return (char) (value < 26 ? 'a' + value : '0' + value - 26);
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static IllegalArgumentException refused(String expected) {
        return new IllegalArgumentException(expected);
    }
}
