package dev.sallyport.core.boot.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.check.ConfigCheck;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Reading;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.core.filter.BuiltInFilters;
import dev.sallyport.core.support.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The configurations in the documents are good ones. */
class DocumentedExampleTest {
    private static final String BEGIN = "```yaml\n";

    @TempDir private Path folder;

    /** All pages with a configuration. */
    static Stream<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(Repository.root().resolve("README.md")));
        try (Stream<Path> files = Files.list(Repository.root().resolve("docs"))) {
            files.filter(each -> each.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages.stream().filter(page -> !examples(page).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void examplesOfAPageAreGood(Path page) throws Exception {
        for (String example : examples(page)) {
            assertThat(problems(example))
                    .as(example)
                    // Keys and passwords are the reader's to put there.
                    .filteredOn(each -> !each.toString().contains("(expected: a file that exists)"))
                    .isEmpty();
        }
    }

    @Test
    void exampleOfTcpAndUdpRoutesNeedsNothingElse() throws Exception {
        String example = examples(Repository.root().resolve("docs/tcp-udp.md")).getFirst();
        var reading = read(example);

        assertThat(reading.problems()).isEmpty();
        var config = Objects.requireNonNull(reading.config());
        assertThat(new ConfigCheck(_ -> null).check(config, reading.places())).isEmpty();
        assertThat(config.tcpRoutes()).hasSize(4);
    }

    private List<Problem> problems(String example) throws IOException {
        var reading = read(example);
        List<Problem> problems = new ArrayList<>(reading.problems());
        if (reading.config() != null) {
            problems.addAll(new ConfigCheck(_ -> null).check(reading.config(), reading.places()));
        }
        problems.removeIf(each -> !each.isError());
        return problems;
    }

    private Reading read(String example) throws IOException {
        Path file = Files.writeString(folder.resolve("edge.yaml"), example);
        return new ConfigReader(BuiltInFilters.types(), _ -> null)
                .read(ConfigFiles.load(file).root());
    }

    /** The configurations of a page; compose files have tests of their own. */
    private static List<String> examples(Path page) {
        List<String> examples = new ArrayList<>();
        String text;
        try {
            text = Files.readString(page);
        } catch (IOException e) {
            throw new IllegalStateException(page.toString(), e);
        }
        for (int at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at + 1)) {
            int start = at + BEGIN.length();
            String example = text.substring(start, text.indexOf("```", start));
            if (!example.startsWith("services:")) {
                examples.add(example);
            }
        }
        return examples;
    }
}
