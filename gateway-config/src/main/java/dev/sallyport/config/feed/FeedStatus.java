package dev.sallyport.config.feed;

import dev.sallyport.config.model.problem.Problem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the configuration stands, for log, metric and {@code status}.
 *
 * @param generation counts the configurations put in force; 0 before the first
 * @param appliedAt when the one in force was; null before the first
 * @param attemptedAt when a provider was last read; null before the first time
 * @param problems of the last attempt; warnings also where it was taken
 * @param found problems of what discoveries found; errors are those of what was left out, which
 *     holds up nothing else
 */
public record FeedStatus(
        Outcome outcome,
        long generation,
        @Nullable Instant appliedAt,
        @Nullable Instant attemptedAt,
        List<Problem> problems,
        List<Problem> found) {
    /** What became of the last attempt. */
    public enum Outcome {
        /** Nothing was read yet. */
        NONE,
        /** A new configuration is in force. */
        APPLIED,
        /** What was read is what is in force. */
        UNCHANGED,
        /** Something that was read is not in force; the problems say why. */
        REFUSED
    }

    public FeedStatus {
        problems = List.copyOf(problems);
        found = List.copyOf(found);
    }

    public boolean isRefused() {
        return outcome == Outcome.REFUSED;
    }
}
