package dev.sallyport.core.boot.edge;

import dev.sallyport.core.match.ValuePattern;
import org.jspecify.annotations.Nullable;

/** Regular expressions as the routes will compile them. */
public final class Expressions {
    private Expressions() {}

    /** What is wrong with an expression; null when routes can be matched by it. */
    public static @Nullable String findProblem(String regex) {
        return ValuePattern.Fitting.findProblem(regex);
    }
}
