package dev.sallyport.config.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.SampleFilters;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class HostileFilesTest {
    private static final Path GOLDEN = Path.of("src/test/golden");
    private static final String SIGNS = "{}[]:,-?&*!|>'\"%@`#\t\n ~\\<=0aA\u00e9\u0007";

    @TempDir Path folder;
    private final Random random = new Random(3);

    @Test
    void eitherReadsOrSaysWhyNot() throws IOException {
        var file = folder.resolve("mutant.yaml");
        for (var original : goldenTexts()) {
            for (int round = 0; round < 4; round++) {
                var mutant = mutate(original);
                Files.write(file, mutant.getBytes(UTF_8));

                var problems = new ArrayList<Problem>();
                var reading = read(file, problems);

                assertThat(reading.config() == null || Problem.anyError(problems))
                        .as(mutant)
                        .isEqualTo(Problem.anyError(problems));
            }
        }
    }

    @Test
    void refusesAHugeFile() throws IOException {
        var file = Files.writeString(folder.resolve("huge.yaml"), "# x\n".repeat(3 << 20));

        assertThat(problemsOf(file)).singleElement().asString().contains("at most 8MiB");
    }

    @Test
    void refusesMoreValuesThanAnyoneWrites() throws IOException {
        var file =
                Files.writeString(folder.resolve("many.yaml"), "[" + "a,".repeat(1_000_001) + "]");

        assertThat(problemsOf(file))
                .singleElement()
                .asString()
                .contains("more than 1000000 values");
    }

    @Test
    void refusesAnEmptyFolder() {
        assertThat(problemsOf(folder)).singleElement().asString().contains("at least one *.yaml");
    }

    @Test
    void refusesAFileThatIsNotThere() {
        assertThat(problemsOf(folder.resolve("no.yaml")))
                .singleElement()
                .asString()
                .endsWith("no.yaml\" (expected: a file that exists)");
    }

    @Test
    void readsAFileWithWhatItIncludes() throws IOException {
        Files.writeString(folder.resolve("more.yaml"), "limits: {connections: 5}");
        var start = folder.resolve("demo.yaml");

        var loaded = ConfigFiles.load(Files.writeString(start, "include: more.yaml\nroutes: {}"));

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.root().entries()).containsOnlyKeys("routes", "limits");
        assertThat(ConfigFiles.load(Files.writeString(start, "[")).problems())
                .singleElement()
                .asString()
                .startsWith(start + ":1:");
    }

    @Test
    void refusesALinkToItself() throws IOException {
        var loop = folder.resolve("loop.yaml");
        Files.createSymbolicLink(loop, loop);

        assertThat(problemsOf(loop)).hasSize(1);
    }

    @Test
    void refusesALargeSecret() throws IOException {
        Files.writeString(folder.resolve("token"), "x".repeat(70_000));
        var file =
                Files.writeString(
                        folder.resolve("secret.yaml"),
                        "tracing: {otlp: \"http://127.0.0.1\", headers: {a: {file: token}}}");
        var problems = new ArrayList<Problem>();

        read(file, problems);

        assertThat(problems).singleElement().asString().contains("at most 64KiB");
    }

    private static List<Problem> problemsOf(Path file) {
        return ConfigFiles.load(file).problems();
    }

    private static Reading read(Path file, List<Problem> problems) {
        var loaded = ConfigFiles.load(file);
        var reading = new ConfigReader(SampleFilters.TYPES, _ -> null).read(loaded.root());
        problems.addAll(loaded.problems());
        problems.addAll(reading.problems());
        return reading;
    }

    private static List<String> goldenTexts() throws IOException {
        var texts = new ArrayList<String>();
        try (var files = Files.walk(GOLDEN, 2)) {
            for (var file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                var name = String.valueOf(file.getFileName());
                if (!name.equals("latin1.yaml") && !name.equals("binary.yaml")) {
                    texts.add(Files.readString(file));
                }
            }
        }
        return texts;
    }

    private String mutate(String text) {
        var mutant = new StringBuilder(text);
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes && !mutant.isEmpty(); i++) {
            int at = random.nextInt(mutant.length());
            char sign = SIGNS.charAt(random.nextInt(SIGNS.length()));
            switch (random.nextInt(4)) {
                case 0 -> mutant.deleteCharAt(at);
                case 1 -> mutant.insert(at, sign);
                case 2 -> mutant.setCharAt(at, sign);
                default -> {
                    int end = Math.min(mutant.length(), at + random.nextInt(12));
                    mutant.insert(random.nextInt(mutant.length()), mutant.substring(at, end));
                }
            }
        }
        return mutant.toString();
    }
}
