package dev.sallyport.config.check;

import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Places;
import dev.sallyport.config.model.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Problems found by rules, each at the place its setting was written. */
final class Report {
    private final Places places;
    private final List<Problem> problems = new ArrayList<>();

    Report(Places places) {
        this.places = places;
    }

    void error(String path, String found, @Nullable String expected) {
        problems.add(Problem.error(places.of(path), path, found, expected));
    }

    void error(String path, String found, @Nullable String expected, @Nullable String hint) {
        problems.add(Problem.error(places.of(path), path, found, expected).withHint(hint));
    }

    void warning(String path, String found, @Nullable String expected) {
        problems.add(Problem.warning(places.of(path), path, found, expected));
    }

    Place place(String path) {
        return places.of(path);
    }

    List<Problem> problems() {
        return List.copyOf(problems);
    }
}
