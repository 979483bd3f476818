package dev.sallyport.config.guard.engine;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A version of the engine's API, such as 1.41. */
record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    /** The newest whose answers are known. */
    static final ApiVersion NEWEST = new ApiVersion(1, 51);

    /** What is spoken with an engine that does not say. */
    static final ApiVersion OLDEST = new ApiVersion(1, 24);

    private static final Pattern FORM = Pattern.compile("([0-9]{1,3})\\.([0-9]{1,4})");

    /** The newest that both sides know. */
    static ApiVersion agreed(@Nullable String theirs) {
        var form = FORM.matcher(theirs == null ? "" : theirs.strip());
        if (!form.matches()) {
            return OLDEST;
        }
        var version =
                new ApiVersion(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
        return version.compareTo(NEWEST) < 0 ? version : NEWEST;
    }

    String prefix() {
        return "/v" + this;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major != other.major
                ? Integer.compare(major, other.major)
                : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
