package dev.sallyport.core.boot.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.shape.Marks;
import dev.sallyport.config.model.shape.MarksIndex;
import dev.sallyport.config.model.shape.Setting;
import dev.sallyport.config.model.value.Rate;
import dev.sallyport.config.reference.Reference;
import dev.sallyport.core.filter.BuiltInFilters;
import dev.sallyport.core.support.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
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

    /** A start reads this in place of the annotations; what it said otherwise would be believed. */
    @Test
    void indexSaysWhatTheAnnotationsSay() throws IOException {
        try (var index = MarksIndex.class.getResourceAsStream(MarksIndex.RESOURCE)) {
            assertThat(index).as("the index that the build makes").isNotNull();
            assertThat(new String(index.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(Reference.marks(BuiltInFilters.types()));
        }
    }

    @Test
    void whatIsReadFromTheIndexIsWhatWasMarked() {
        for (var type : List.of(Listener.Tls.class, Upstream.class, Route.Timeouts.class)) {
            assertThat(MarksIndex.types()).contains(type.getName());
            assertThat(Setting.of(type))
                    .allSatisfy(setting ->
                            assertThat(setting.marks())
                                    .isEqualTo(Marks.reflected(setting.component())))
                    .anySatisfy(setting -> assertThat(setting.marks().texts()).isNotEmpty());
        }
        assertThat(Marks.of(Rate.class).texts()).containsKey("Written");
    }
}
