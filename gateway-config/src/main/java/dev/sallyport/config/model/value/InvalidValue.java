package dev.sallyport.config.model.value;

import org.jspecify.annotations.Nullable;

/** A text that is not what was expected; its message reads {@code "x" (expected: y)}. */
public final class InvalidValue extends IllegalArgumentException {
    private final String value;
    private final String expectation;
    private final @Nullable String hint;

    public InvalidValue(String value, String expectation) {
        this(value, expectation, null);
    }

    /**
     * A text, what it should have been, and a guess.
     *
     * @param hint a better text for what was probably meant
     */
    public InvalidValue(String value, String expectation, @Nullable String hint) {
        super('"' + value + "\" (expected: " + expectation + ")");
        this.value = value;
        this.expectation = expectation;
        this.hint = hint;
    }

    public String value() {
        return value;
    }

    public String expectation() {
        return expectation;
    }

    /** A better text for what was probably meant, or null. */
    public @Nullable String hint() {
        return hint;
    }
}
