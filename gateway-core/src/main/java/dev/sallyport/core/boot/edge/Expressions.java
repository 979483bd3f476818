package dev.sallyport.core.boot.edge;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Regular expressions as the routes will compile them. */
public final class Expressions {
    private Expressions() {}

    /** What is wrong with an expression; null when it compiles. */
    public static @Nullable String findProblem(String regex) {
        try {
            Pattern.compile(regex);
            return null;
        } catch (PatternSyntaxException e) {
            return e.getDescription() + ": " + e.getPattern();
        }
    }
}
