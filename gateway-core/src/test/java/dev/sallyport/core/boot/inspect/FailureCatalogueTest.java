package dev.sallyport.core.boot.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each failure in docs/failures.md names where it is handled and a test that proves it. */
final class FailureCatalogueTest {
    /** What was set out to be proven; a failure may not go from the page unnoticed. */
    private static final List<String> CATALOGUE =
            List.of(
                    "The authority is away",
                    "The authority limits",
                    "A name cannot be proven",
                    "The disk is full",
                    "The process is killed",
                    "Files are damaged",
                    "The certificate is not what was ordered",
                    "The clock is wrong",
                    "Several processes on one folder",
                    "The suggested window is of no use",
                    "What is replaced is refused",
                    "An order was finished with another key",
                    "The account is in trouble",
                    "Names of other kinds",
                    "A challenge by TLS on the port that serves",
                    "Names on demand",
                    "Ten thousand certificates",
                    "The native TLS library does not fit");

    private static final Pattern NAME = Pattern.compile("`(\\w+)(?:\\.(\\w+))?`");

    @Test
    void everyFailureIsProvedByTestsThatExist() throws IOException {
        Map<String, List<String>> rows = rows();

        assertThat(rows.keySet()).containsExactlyElementsOf(CATALOGUE);
        assertThat(rows.values()).allSatisfy(cases -> assertThat(cases).isNotEmpty());
        List<String> wrong = new ArrayList<>();
        rows.values().forEach(cases -> cases.forEach(each -> wrong.addAll(wrong(each))));
        assertThat(wrong).isEmpty();
    }

    @Test
    void seesWhatIsWrong() {
        assertThat(wrong("| x | y | `Fuse` | `EffortsTest.fuseAllowsThreeAWeek` |")).isEmpty();
        assertThat(wrong("| x | y | `Fuse` |  |")).singleElement().asString().contains("no test");
        assertThat(wrong("| x | y |  | `EffortsTest.fuseAllowsThreeAWeek` |")).hasSize(1);
        assertThat(wrong("| x | y | `Fuze` | `EffortsTest.fuseAllowsThreeAWeek` |")).hasSize(1);
        assertThat(wrong("| x | y | `Fuse` | `EffortsTest.fuseAllowsFourAWeek` |")).hasSize(1);
        assertThat(wrong("| x | y | `Fuse` | `EffortTest.fuseAllowsThreeAWeek` |")).hasSize(1);
        assertThat(wrong("| x | y | `Fuse` | `NativeProofTest.assertAccepted` |")).hasSize(1);
    }

    /** Lines of the table below the failure in bold that they belong to. */
    private static Map<String, List<String>> rows() throws IOException {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        List<String> cases = new ArrayList<>();
        for (String line : Files.readAllLines(Repository.root().resolve("docs/failures.md"))) {
            if (line.startsWith("| **")) {
                cases = new ArrayList<>();
                rows.put(line.substring(4, line.indexOf("**", 4)), cases);
            } else if (line.startsWith("| ") && !rows.isEmpty()) {
                cases.add(line);
            }
        }
        return rows;
    }

    private static List<String> wrong(String line) {
        String[] cells = line.split("\\|", -1);
        if (cells.length != 6) {
            return List.of(line + ": " + cells.length + " cells (expected: 6)");
        }
        List<String> wrong = new ArrayList<>();
        var places = NAME.matcher(cells[3]);
        boolean isPlaced = false;
        while (places.find()) {
            isPlaced = true;
            if (source("main", places.group(1)) == null) {
                wrong.add(line + ": no class " + places.group(1));
            }
        }
        if (!isPlaced) {
            wrong.add(line + ": no class");
        }
        var tests = NAME.matcher(cells[4]);
        boolean isProved = false;
        while (tests.find()) {
            isProved = true;
            String source = source("test", tests.group(1));
            if (source == null || !isTest(source, tests.group(2))) {
                wrong.add(line + ": no test " + tests.group());
            }
        }
        if (!isProved) {
            wrong.add(line + ": no test");
        }
        return wrong;
    }

    /** Whether the annotation that makes a method a test stands between it and the one before. */
    private static boolean isTest(String source, @Nullable String method) {
        int at = source.indexOf(" void " + method + "(");
        return at >= 0
                && source.substring(source.lastIndexOf("\n    }\n", at) + 1, at)
                        .matches("(?s).*\\n    @(?:Test|ParameterizedTest)\\n.*");
    }

    private static @Nullable String source(String side, String name) {
        for (String module : List.of("gateway-config", "gateway-acme", "gateway-core")) {
            Path root = Repository.root().resolve(module).resolve("src/" + side + "/java");
            try (Stream<Path> files = Files.walk(root)) {
                var found = files.filter(each -> each.endsWith(name + ".java")).findFirst();
                if (found.isPresent()) {
                    return Files.readString(found.get());
                }
            } catch (IOException e) {
                throw new IllegalStateException(root.toString(), e);
            }
        }
        return null;
    }
}
