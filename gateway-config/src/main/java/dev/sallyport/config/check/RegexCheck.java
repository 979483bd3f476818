package dev.sallyport.config.check;

import org.jspecify.annotations.Nullable;

/** Tells whether a regular expression is one for the library that will match it. */
@FunctionalInterface
public interface RegexCheck {
    /** What is wrong with an expression, or null when it compiles. */
    @Nullable String findProblem(String regex);
}
