package dev.sallyport.acme.ondemand;

import org.jspecify.annotations.Nullable;

/**
 * What a name must be like before anything is done for it: a host name of two labels or more that
 * no authority refuses for its form. Pure.
 */
final class NameRules {
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;
    private static final int MOST_LABELS = 10;

    /**
     * From this many labels on, authorities take two equal ones in a row for a client in a loop.
     */
    private static final int REPEATING = 4;

    private NameRules() {}

    /** Why a name in lower case may not have a certificate; null when it may. */
    static @Nullable String refusal(String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            return "longer than a name may be";
        }
        int labels = 0;
        boolean repeats = false;
        int before = -1;
        for (int start = 0; start <= name.length(); ) {
            int dot = name.indexOf('.', start);
            int end = dot < 0 ? name.length() : dot;
            if (!isLabel(name, start, end)) {
                return "not a host name";
            }
            repeats |=
                    before >= 0
                            && start - 1 - before == end - start
                            && name.regionMatches(before, name, start, end - start);
            before = start;
            labels++;
            start = end + 1;
        }
        if (labels < 2 || isNumber(name, before)) {
            return "an address, or a name without a dot";
        }
        if (labels > MOST_LABELS) {
            return "more than " + MOST_LABELS + " labels";
        }
        return repeats && labels >= REPEATING ? "a label twice in a row" : null;
    }

    private static boolean isLabel(String name, int start, int end) {
        if (start == end || end - start > LONGEST_LABEL) {
            return false;
        }
        for (int i = start; i < end; i++) {
            char c = name.charAt(i);
            boolean isHyphen = c == '-' && i > start && i < end - 1;
            if (!isHyphen && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNumber(String name, int start) {
        for (int i = start; i < name.length(); i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
