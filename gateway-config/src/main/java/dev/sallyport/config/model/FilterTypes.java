package dev.sallyport.config.model;

import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.shape.Marks;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The filters an operator may name: name to the record that holds its settings, in their order. */
public final class FilterTypes {
    private final SequencedMap<String, Class<? extends FilterSettings>> byName;

    private FilterTypes(SequencedMap<String, Class<? extends FilterSettings>> byName) {
        this.byName = Collections.unmodifiableSequencedMap(byName);
    }

    /** Each a record with {@link Named}; no name twice. */
    public static FilterTypes of(List<? extends Class<? extends FilterSettings>> types) {
        var byName = new LinkedHashMap<String, Class<? extends FilterSettings>>();
        for (var type : types) {
            if (!type.isRecord() || byName.put(nameOf(type), type) != null) {
                throw new IllegalArgumentException(
                        "filter: " + type.getName() + " (expected: a record with its own name)");
            }
        }
        return new FilterTypes(byName);
    }

    /** The name a filter is written by. */
    public static String nameOf(Class<? extends FilterSettings> type) {
        var named = Marks.of(type).text(Named.class);
        if (named == null) {
            throw new IllegalArgumentException("filter: " + type.getName() + " (expected: @Named)");
        }
        return named;
    }

    public @Nullable Class<? extends FilterSettings> find(String name) {
        return byName.get(name);
    }

    public Map<String, Class<? extends FilterSettings>> byName() {
        return byName;
    }
}
