package dev.sallyport.core.boot.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.reference.Reference;
import dev.sallyport.core.filter.BuiltInFilters;
import dev.sallyport.core.support.Repository;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The documents made from the records say what the records say; {@code reference} writes them. */
class ReferenceDriftTest {
    @Test
    void pageIsWhatReferencePrints() throws IOException {
        assertThat(Repository.root().resolve("docs/reference.md"))
                .hasContent(Reference.markdown(BuiltInFilters.types()));
    }

    @Test
    void schemaIsWhatReferencePrints() throws IOException {
        assertThat(Files.readString(Repository.root().resolve("docs/sallyport.schema.json")))
                .isEqualTo(Reference.jsonSchema(BuiltInFilters.types()));
    }
}
