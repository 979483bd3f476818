package dev.sallyport.config.check.rule;

import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Places;
import dev.sallyport.config.model.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Problems found by rules, each at the place its setting was written. */
public final class Report {
    private final Places places;
    private final List<Problem> problems = new ArrayList<>();

    public Report(Places places) {
        this.places = places;
    }

    public void error(String path, String found, @Nullable String expected) {
        problems.add(Problem.error(places.of(path), path, found, expected));
    }

    public void error(String path, String found, @Nullable String expected, @Nullable String hint) {
        problems.add(Problem.error(places.of(path), path, found, expected).withHint(hint));
    }

    public void warning(String path, String found, @Nullable String expected) {
        problems.add(Problem.warning(places.of(path), path, found, expected));
    }

    public Place place(String path) {
        return places.of(path);
    }

    public List<Problem> problems() {
        return List.copyOf(problems);
    }
}
