package dev.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.reference.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The reference against the files under {@code src/test/reference}; see {@link GoldenTest}. */
final class ReferenceTest {
    private static final Path GOLDEN = Path.of("src/test/reference");

    @Test
    void writesAPageForPeople() throws IOException {
        assertGolden("reference.md", Reference.markdown(SampleFilters.TYPES));
    }

    @Test
    void writesASchemaForEditors() throws IOException {
        assertGolden("schema.json", Reference.jsonSchema(SampleFilters.TYPES));
    }

    private static void assertGolden(String name, String actual) throws IOException {
        var file = GOLDEN.resolve(name);
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(file));
    }
}
