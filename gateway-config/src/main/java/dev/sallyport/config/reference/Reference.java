package dev.sallyport.config.reference;

import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.shape.MarksIndex;

/** The reference of all settings, for people and for editors, made from the records alone. */
public final class Reference {
    private Reference() {}

    /** A page in Markdown: each section with its settings, then the filters. */
    public static String markdown(FilterTypes filters) {
        return new MarkdownPage(filters).write();
    }

    /** A JSON schema (draft 2020-12) by which editors complete and check a configuration. */
    public static String jsonSchema(FilterTypes filters) {
        return JsonText.write(new SchemaTree(filters).root());
    }

    /** What is marked on all these records, for {@link MarksIndex}. */
    public static String marks(FilterTypes filters) {
        return MarksIndex.write(new MarkedTypes(filters).all());
    }
}
