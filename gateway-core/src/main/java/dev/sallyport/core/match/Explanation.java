package dev.sallyport.core.match;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a request goes where it goes: the answer, and every route of its host in the order of the
 * look-up.
 *
 * <p>Made by the look-up itself, asked to write down what it considers. For a host that nothing
 * names it is empty.
 *
 * @param candidates first those whose path fits, as they were considered; after them, host by host,
 *     those whose path does not
 */
public record Explanation<T>(Match<T> answer, List<Considered<T>> candidates) {

    public Explanation {
        candidates = List.copyOf(candidates);
    }

    /** What became of a candidate. */
    public enum Outcome {
        WON,
        OUTRANKED,
        CONDITION_UNMET,
        PATH_DIFFERS
    }

    /**
     * One route that could have been.
     *
     * @param host the pattern of the route by which it was considered
     * @param reason for a person; empty for the winner
     */
    public record Considered<T>(
            RouteEntry<T> entry, HostPattern host, Outcome outcome, String reason) {}

    /** What a look-up writes into when it is to be explained. */
    static final class Trace<T> {
        private final List<Considered<T>> considered = new ArrayList<>();
        private final List<Considered<T>> others = new ArrayList<>();
        private final Set<Candidate<T>> seen = new HashSet<>();
        private HostPattern host = HostPattern.any();

        void enter(HostPattern host) {
            this.host = host;
            seen.clear();
        }

        void consider(Candidate<T> candidate, Candidate.@Nullable Condition unmet, boolean isLate) {
            seen.add(candidate);
            if (unmet != null) {
                considered.add(
                        new Considered<>(
                                candidate.entry(),
                                host,
                                Outcome.CONDITION_UNMET,
                                unmet.toString()));
            } else if (isLate) {
                considered.add(
                        new Considered<>(
                                candidate.entry(),
                                host,
                                Outcome.OUTRANKED,
                                "fits, but comes later"));
            } else {
                considered.add(new Considered<>(candidate.entry(), host, Outcome.WON, ""));
            }
        }

        void giveUp(Candidate<T> candidate) {
            seen.add(candidate);
            considered.add(
                    new Considered<>(
                            candidate.entry(),
                            host,
                            Outcome.PATH_DIFFERS,
                            "path is too long for " + candidate.entry().path()));
        }

        /** The rest of this host's candidates: the walk did not come by them. */
        void leave(List<Candidate<T>> all) {
            for (var candidate : all) {
                if (!seen.contains(candidate)) {
                    others.add(
                            new Considered<>(
                                    candidate.entry(),
                                    host,
                                    Outcome.PATH_DIFFERS,
                                    "path is not " + candidate.entry().path()));
                }
            }
        }

        Explanation<T> explain(Match<T> answer) {
            considered.addAll(others);
            return new Explanation<>(answer, considered);
        }
    }
}
