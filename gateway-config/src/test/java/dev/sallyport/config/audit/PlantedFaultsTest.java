package dev.sallyport.config.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.audit.finding.Finding;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Project;
import dev.sallyport.config.survey.ComposeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each folder has a fault, marked at its line by {@code # <- SP-D...}, and a twin without it. A
 * folder may hold several projects: all files that begin with the same word.
 */
final class PlantedFaultsTest {
    private static final Path CORPUS = Path.of("src/test/resources/audit");
    private static final Pattern MARK = Pattern.compile("# <- (SP-D[0-9]+( SP-D[0-9]+)*)");

    static List<Path> folders() throws IOException {
        try (Stream<Path> folders = Files.list(CORPUS)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void findsTheFaultAtItsLineAndNothingElse(Path folder) throws IOException {
        var files = files(folder, "faulty");

        assertThat(found(files)).isNotEmpty().isEqualTo(marked(files));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void findsNothingInTheTwin(Path folder) throws IOException {
        assertThat(found(files(folder, "clean"))).isEmpty();
    }

    @Test
    void everyRuleThatNeedsNoEngineHasItsFault() throws IOException {
        var planted = new TreeSet<String>();
        for (var folder : folders()) {
            marked(files(folder, "faulty")).forEach(each -> planted.add(each.split(" ", 2)[1]));
        }
        var ids = new TreeSet<>(Rules.all().stream().map(rule -> rule.info().id()).toList());
        ids.removeAll(List.of("SP-D105", "SP-D305"));

        assertThat(planted).isEqualTo(ids);
    }

    @Test
    void everyFindingSaysWhatToDo() throws IOException {
        for (var folder : folders()) {
            assertThat(findings(files(folder, "faulty")))
                    .allSatisfy(each -> {
                        assertThat(each.change()).matches("[a-z].*[^.]");
                        assertThat(each.what()).isNotBlank();
                        assertThat(each.key()).doesNotContain("\n");
                    });
        }
    }

    private static List<Path> files(Path folder, String word) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(word))
                    .sorted()
                    .toList();
        }
    }

    private static Set<String> found(List<Path> files) {
        var found = new TreeSet<String>();
        for (var each : findings(files)) {
            var file = Path.of(each.place().source().name()).getFileName();
            found.add(file + ":" + each.place().line() + " " + each.rule().id());
        }
        return found;
    }

    private static List<Finding> findings(List<Path> files) {
        var projects = new ArrayList<Project>();
        for (var file : files) {
            var loaded = ComposeFiles.load(file.toString(), _ -> null);
            assertThat(loaded.problems()).isEmpty();
            projects.add(Objects.requireNonNull(loaded.project()));
        }
        return Audit.of(new Estate(projects, List.of(), null));
    }

    private static Set<String> marked(List<Path> files) throws IOException {
        var marked = new TreeSet<String>();
        for (var file : files) {
            int line = 0;
            for (var text : Files.readAllLines(file)) {
                line++;
                Matcher matcher = MARK.matcher(text);
                if (matcher.find()) {
                    for (var id : matcher.group(1).split(" ", -1)) {
                        marked.add(file.getFileName() + ":" + line + " " + id);
                    }
                }
            }
        }
        return marked;
    }
}
