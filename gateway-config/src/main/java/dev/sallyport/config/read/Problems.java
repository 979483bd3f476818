package dev.sallyport.config.read;

import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Problems as they are met; reading goes on after each. */
final class Problems {
    private static final int MOST = 200;

    private final List<Problem> met = new ArrayList<>();

    void add(Problem problem) {
        if (met.size() < MOST) {
            met.add(problem);
        } else if (met.size() == MOST) {
            met.add(Problem.error(problem.place(), "", "more problems (" + MOST + " shown)", null));
        }
    }

    void error(Place place, String path, String found, @Nullable String expected) {
        add(Problem.error(place, path, found, expected));
    }

    /** In the order of their places in each file. */
    List<Problem> all() {
        var files = met.stream().map(p -> p.place().source()).distinct().toList();
        return met.stream()
                .sorted(
                        Comparator.comparingInt((Problem p) -> files.indexOf(p.place().source()))
                                .thenComparingInt(p -> p.place().line())
                                .thenComparingInt(p -> p.place().column()))
                .toList();
    }
}
