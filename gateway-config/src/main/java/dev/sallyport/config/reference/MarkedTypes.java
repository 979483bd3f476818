package dev.sallyport.config.reference;

import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.shape.Marks;
import dev.sallyport.config.model.shape.Setting;
import dev.sallyport.config.model.shape.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** All types that a configuration can be made of, each with what is marked on it. */
final class MarkedTypes {
    private final SequencedMap<Class<?>, Map<String, Marks>> types = new LinkedHashMap<>();

    MarkedTypes(FilterTypes filters) {
        record(GatewayConfig.class);
        filters.byName().values().forEach(this::record);
    }

    /** By type the marks of its elements; the type itself is the element without a name. */
    SequencedMap<Class<?>, Map<String, Marks>> all() {
        return types;
    }

    private void record(Class<?> type) {
        var marks = begin(type);
        if (marks == null) {
            return;
        }
        for (var setting : Setting.of(type)) {
            marks.put(setting.component().getName(), Marks.reflected(setting.component()));
            each(setting.shape());
            each(setting.component().getType());
        }
    }

    private void each(Shape shape) {
        switch (shape) {
            case Shape.Text(var form) -> begin(form.type());
            case Shape.Word(var type) -> word(type);
            case Shape.Section(var type) -> record(type);
            case Shape.NamedSections(var type) -> record(type);
            case Shape.Items(var each) -> each(each);
            case Shape.Entries(var each) -> each(each);
            case Shape.Choice(var choices) -> choices.values().forEach(this::record);
            case Shape.Hidden _, Shape.Filter _ -> {}
        }
    }

    /** What a component is declared as is asked for its marks before its shape is known. */
    private void each(Class<?> declared) {
        if (!declared.isRecord() && !declared.isEnum()) {
            begin(declared);
        }
    }

    private void word(Class<?> type) {
        var marks = begin(type);
        if (marks != null) {
            for (var constant : type.getEnumConstants()) {
                var each = (Enum<?>) constant;
                marks.put(each.name(), Marks.reflected(each));
            }
        }
    }

    /** The marks of a type that is met for the first time; null when it was met before. */
    private @Nullable Map<String, Marks> begin(Class<?> type) {
        if (types.containsKey(type)) {
            return null;
        }
        var marks = new LinkedHashMap<String, Marks>();
        marks.put("", Marks.reflected(type));
        types.put(type, marks);
        return marks;
    }
}
