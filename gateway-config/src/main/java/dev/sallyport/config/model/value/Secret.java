package dev.sallyport.config.model.value;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A value that is never printed. It remembers where it came from, which may be. */
public final class Secret {
    /** What stands for a secret in every text. */
    public static final String HIDDEN = "***";

    /** Where a secret was found. */
    public enum Origin {
        TEXT,
        FILE,
        ENV
    }

    private final String value;
    private final Origin origin;
    private final @Nullable String reference;

    private Secret(String value, Origin origin, @Nullable String reference) {
        this.value = value;
        this.origin = origin;
        this.reference = reference;
    }

    /** A secret written in the configuration itself. */
    public static Secret ofText(String value) {
        return new Secret(value, Origin.TEXT, null);
    }

    /**
     * A secret read from a file.
     *
     * @param file the path it was read from
     */
    public static Secret ofFile(String file, String value) {
        return new Secret(value, Origin.FILE, file);
    }

    /**
     * A secret taken from the environment.
     *
     * @param variable the name of the environment variable
     */
    public static Secret ofEnv(String variable, String value) {
        return new Secret(value, Origin.ENV, variable);
    }

    /** The secret itself, in clear. */
    public String value() {
        return value;
    }

    public Origin origin() {
        return origin;
    }

    /** Path of the file or name of the variable; null for a secret written as text. */
    public @Nullable String reference() {
        return reference;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret
                && value.equals(secret.value)
                && origin == secret.origin
                && Objects.equals(reference, secret.reference);
    }

    @Override
    public int hashCode() {
        return Objects.hash(value, origin, reference);
    }

    @Override
    public String toString() {
        return HIDDEN;
    }
}
