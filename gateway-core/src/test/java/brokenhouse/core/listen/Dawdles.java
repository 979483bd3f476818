package brokenhouse.core.listen;

import java.util.List;
import java.util.regex.Pattern;

/** Compiles patterns and builds streams on an event loop. */
record Dawdles(String value) {
    boolean matches() {
        return Pattern.compile("a+").matcher(value).matches();
    }

    String replaced() {
        return value.replaceAll("a+", "b");
    }

    long count() {
        return List.of(value).stream().count();
    }
}
