package dev.sallyport.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.check.ConfigCheck;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.print.ConfigPrinter;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each {@code NAME.yaml} (or folder {@code NAME}) under {@code src/test/golden} against its {@code
 * NAME.expected}: the problems as an operator sees them, then, without errors, what the
 * configuration comes to beyond the defaults. {@code -Dgolden.write=true} writes what is expected;
 * read every line of the difference.
 */
final class GoldenTest {
    private static final Path GOLDEN = Path.of("src/test/golden").toAbsolutePath();
    private static final Map<String, String> ENVIRONMENT =
            Map.of("TOKEN", "s3cr3t-token", "EMPTY", "");

    /** Stands in for the library of the edge. */
    private static final ConfigCheck CHECK =
            new ConfigCheck(regex -> {
                try {
                    Pattern.compile(regex);
                    return null;
                } catch (PatternSyntaxException e) {
                    return e.getDescription();
                }
            });

    @TempDir Path temp;

    static Stream<String> cases() throws IOException {
        try (var files = Files.walk(GOLDEN, 2)) {
            return files
                    .map(GOLDEN::relativize)
                    .map(Path::toString)
                    .filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.substring(0, name.length() - ".yaml".length()))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void comesToWhatIsExpected(String name) throws IOException {
        var expected = GOLDEN.resolve(name + ".expected");

        var actual = outcome(GOLDEN.resolve(name + ".yaml"));

        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(expected, actual);
        }
        assertThat(expected).exists();
        assertThat(actual).isEqualTo(Files.readString(expected));
    }

    @Test
    void hasNoOrphans() throws IOException {
        try (var files = Files.walk(GOLDEN, 2)) {
            var names = files.filter(Files::isRegularFile).map(Path::toString).toList();
            var orphans = names.stream().filter(name -> !names.contains(partner(name))).toList();

            assertThat(orphans).isEmpty();
            assertThat(names).hasSizeGreaterThan(900);
        }
    }

    @Test
    void hidesSecretsEverywhere() throws IOException {
        try (var files = Files.walk(GOLDEN, 2)) {
            for (var file : files.filter(f -> f.toString().endsWith(".expected")).toList()) {
                assertThat(Files.readString(file)).doesNotContain("s3cr3t");
            }
        }
    }

    private static String partner(String name) {
        return name.endsWith(".expected")
                ? name.substring(0, name.length() - 9) + ".yaml"
                : name.endsWith(".yaml")
                        ? name.substring(0, name.length() - 5) + ".expected"
                        : "a golden file that is neither";
    }

    private String outcome(Path file) throws IOException {
        var read = read(file);
        var text = new StringBuilder();
        for (var problem : read.problems) {
            text.append(problem.toString().replace(file.getParent() + "/", "")).append('\n');
        }
        var config = read.config;
        if (config != null) {
            assertRoundTrip(config);
            text.append(beyondDefaults(config).replace(file.getParent() + "/", "/GOLDEN/"));
        }
        return text.toString();
    }

    private record Outcome(@Nullable GatewayConfig config, List<Problem> problems) {}

    private static Outcome read(Path file) {
        var loaded = ConfigFiles.load(file);
        var reading = new ConfigReader(SampleFilters.TYPES, ENVIRONMENT::get).read(loaded.root());
        var problems = new ArrayList<>(loaded.problems());
        problems.addAll(reading.problems());
        if (reading.config() != null) {
            problems.addAll(CHECK.check(reading.config(), reading.places()));
        }
        return new Outcome(Problem.anyError(problems) ? null : reading.config(), problems);
    }

    private void assertRoundTrip(GatewayConfig config) throws IOException {
        var printed = ConfigPrinter.print(config);
        if (printed.contains("\"***\"")) {
            return;
        }
        var again = Files.writeString(temp.resolve("printed.yaml"), printed, UTF_8);

        var read = read(again);

        assertThat(read.problems).filteredOn(Problem::isError).isEmpty();
        assertThat(read.config).isEqualTo(config);
    }

    private String beyondDefaults(GatewayConfig config) throws IOException {
        var empty = read(Files.writeString(temp.resolve("empty.yaml"), "{}"));
        var defaults = sections(ConfigPrinter.print(Objects.requireNonNull(empty.config)));
        return sections(ConfigPrinter.print(config)).stream()
                .filter(section -> !defaults.contains(section))
                .collect(Collectors.joining());
    }

    private static List<String> sections(String printed) {
        return List.of(printed.split("(?m)^(?=[a-z])"));
    }
}
