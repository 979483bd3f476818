package dev.sallyport.core.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.print.ConfigPrinter;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each {@code NAME.yaml} under {@code src/test/golden/filters} against its {@code NAME.expected}:
 * the problems, or without any the filters with their defaults filled. {@code -Dgolden.write=true}
 * writes what is expected; read every line of the difference.
 */
final class FiltersGoldenTest {
    private static final Path GOLDEN = Path.of("src/test/golden/filters").toAbsolutePath();
    private static final Pattern FILTERS =
            Pattern.compile("^filters:\\n(?:[ \\n].*\\n?)*", Pattern.MULTILINE);

    static Stream<Path> cases() throws IOException {
        try (var files = Files.list(GOLDEN)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void comesToWhatIsExpected(Path file) throws IOException {
        var expected = Path.of(file.toString().replace(".yaml", ".expected"));

        var actual = outcome(file);

        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(expected, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(expected));
    }

    @Test
    void everyFilterHasGoldenFiles() throws IOException {
        var names = cases().map(file -> file.getFileName().toString()).toList();

        for (var type : BuiltInFilters.types().byName().keySet()) {
            assertThat(names).anyMatch(name -> name.startsWith(type));
        }
    }

    private static String outcome(Path file) {
        var reading =
                new ConfigReader(BuiltInFilters.types(), _ -> null)
                        .read(ConfigFiles.load(file).root());
        var text = new StringBuilder();
        for (var problem : reading.problems()) {
            text.append(problem.toString().replace(GOLDEN + "/", "")).append('\n');
        }
        var config = reading.config();
        if (config != null && !Problem.anyError(reading.problems())) {
            var filters = FILTERS.matcher(ConfigPrinter.print(config));
            assertThat(filters.find()).isTrue();
            text.append(filters.group().replace(GOLDEN + "/", "/GOLDEN/"));
        }
        return text.toString();
    }
}
