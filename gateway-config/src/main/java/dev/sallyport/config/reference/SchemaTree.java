package dev.sallyport.config.reference;

import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.setting.Inline;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.shape.Setting;
import dev.sallyport.config.model.shape.Shape;
import dev.sallyport.config.model.shape.TextForm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON schema as maps and lists. It takes all that the reader takes; the reader, which knows
 * more, may still refuse what the schema takes.
 */
final class SchemaTree {
    private static final String NAME = "^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$";

    private final FilterTypes filters;

    SchemaTree(FilterTypes filters) {
        this.filters = filters;
    }

    Map<String, Object> root() {
        var root = new LinkedHashMap<String, Object>();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", "Sallyport configuration");
        var section = section(GatewayConfig.class);
        if (section.get("properties") instanceof Map<?, ?> properties) {
            var all = new LinkedHashMap<String, Object>();
            all.put("include", include());
            properties.forEach((key, value) -> all.put(String.valueOf(key), value));
            section.put("properties", all);
        }
        root.putAll(section);
        root.put("$defs", Map.of("filter", filter()));
        return root;
    }

    private static Map<String, Object> include() {
        var text = Map.<String, Object>of("type", "string");
        return described(
                oneOrList(text),
                "More files, relative to this one: a path, or a * in its last part.");
    }

    private Map<String, Object> section(Class<?> type) {
        var properties = new LinkedHashMap<String, Object>();
        var required = new ArrayList<String>();
        var choices = new ArrayList<Map<String, Object>>();
        collect(type, properties, required, choices);
        var schema = new LinkedHashMap<String, Object>();
        schema.put("type", "object");
        schema.put("properties", properties);
        schema.put("additionalProperties", false);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        if (!choices.isEmpty()) {
            schema.put("allOf", choices);
        }
        return schema;
    }

    private void collect(
            Class<?> type,
            Map<String, Object> properties,
            List<String> required,
            List<Map<String, Object>> choices) {
        for (var setting : Setting.of(type)) {
            if (setting.is(Inline.class)) {
                collect(setting.component().getType(), properties, required, choices);
            } else if (setting.shape() instanceof Shape.Choice(var types)) {
                types.forEach((key, choice) ->
                        properties.put(
                                key,
                                described(schema(new Shape.Section(choice)), Wording.doc(choice))));
                choices.add(choice(types.keySet().stream().toList(), setting.isNullable()));
            } else if (!setting.is(Key.class)) {
                properties.put(setting.key(), property(setting));
                if (Wording.isRequired(setting)) {
                    required.add(setting.key());
                }
                setting.oldKeys()
                        .forEach(old -> {
                            var schema = new LinkedHashMap<>(property(setting));
                            schema.put("deprecated", true);
                            properties.put(old, schema);
                        });
            }
        }
    }

    private static Map<String, Object> choice(List<String> keys, boolean nullable) {
        var options = new ArrayList<Object>();
        keys.forEach(key -> options.add(Map.of("required", List.of(key))));
        if (nullable) {
            var any = List.copyOf(options);
            options.add(Map.of("not", Map.of("anyOf", any)));
        }
        return Map.of("oneOf", options);
    }

    private Map<String, Object> property(Setting setting) {
        var schema = described(schema(setting.shape()), Wording.doc(setting.component()));
        var otherwise = setting.defaultText();
        if (otherwise != null && setting.shape() instanceof Shape.Text(var form)) {
            schema.put("default", literal(form, otherwise));
        } else if (otherwise != null && setting.shape() instanceof Shape.Word) {
            schema.put("default", otherwise);
        }
        var range = setting.range();
        if (range != null && "integer".equals(schema.get("type"))) {
            if (!range.min().isEmpty()) {
                schema.put("minimum", Long.valueOf(range.min()));
            }
            if (!range.max().isEmpty()) {
                schema.put("maximum", Long.valueOf(range.max()));
            }
        }
        return schema;
    }

    private static Object literal(TextForm form, String text) {
        var type = form.type();
        if (type == boolean.class) {
            return Boolean.valueOf(text);
        }
        if (type == double.class) {
            return Double.valueOf(text);
        }
        if (isWhole(type)) {
            return Long.valueOf(text);
        }
        return text.equals("\"\"") ? "" : text;
    }

    private Map<String, Object> schema(Shape shape) {
        return switch (shape) {
            case Shape.Text(var form) -> text(form);
            case Shape.Word word -> map("enum", List.copyOf(word.constants().keySet()));
            case Shape.Hidden _ ->
                    map(
                            "anyOf",
                            List.of(map("type", "string"), reference("file"), reference("env")));
            case Shape.Section(var type) -> {
                var brief = Wording.shorthand(type);
                yield brief == null
                        ? section(type)
                        : map("anyOf", List.of(schema(brief.shape()), section(type)));
            }
            case Shape.NamedSections(var type) -> byName(schema(new Shape.Section(type)), true);
            case Shape.Items(var each) -> oneOrList(schema(each));
            case Shape.Entries(Shape.Filter _) -> byName(map("$ref", "#/$defs/filter"), true);
            case Shape.Entries(var each) -> byName(schema(each), false);
            case Shape.Filter _ ->
                    map("anyOf", List.of(map("type", "string"), map("$ref", "#/$defs/filter")));
            case Shape.Choice _ -> throw new IllegalStateException("a choice has no schema alone");
        };
    }

    private static Map<String, Object> text(TextForm form) {
        if (form.type() == boolean.class) {
            return map("type", "boolean");
        }
        if (form.type() == double.class) {
            return map("type", "number");
        }
        if (isWhole(form.type())) {
            return map("type", "integer");
        }
        // YAML makes a number or a truth of some texts before a schema sees them: status 204, host
        // no.
        if (form.pattern().isEmpty()) {
            return map("type", List.of("string", "number", "boolean"));
        }
        boolean number = "204".matches(form.pattern());
        var schema = map("type", number ? List.of("string", "integer") : "string");
        schema.put("pattern", form.pattern());
        return schema;
    }

    private static boolean isWhole(Class<?> type) {
        return type == int.class
                || type == Integer.class
                || type == long.class
                || type == Long.class;
    }

    private static Map<String, Object> reference(String key) {
        var schema = map("type", "object");
        schema.put("properties", map(key, map("type", "string")));
        schema.put("required", List.of(key));
        schema.put("additionalProperties", false);
        return schema;
    }

    private static Map<String, Object> byName(Map<String, Object> each, boolean names) {
        var schema = map("type", "object");
        schema.put("additionalProperties", each);
        if (names) {
            schema.put("propertyNames", map("pattern", NAME));
        }
        return schema;
    }

    private static Map<String, Object> oneOrList(Map<String, Object> each) {
        var list = map("type", "array");
        list.put("items", each);
        return map("anyOf", List.of(each, list));
    }

    /** One filter: an object of one key. */
    private Map<String, Object> filter() {
        var properties = new LinkedHashMap<String, Object>();
        filters.byName()
                .forEach((name, type) ->
                        properties.put(
                                name,
                                described(schema(new Shape.Section(type)), Wording.doc(type))));
        var schema = map("type", "object");
        schema.put("properties", properties);
        schema.put("additionalProperties", false);
        schema.put("minProperties", 1);
        schema.put("maxProperties", 1);
        return schema;
    }

    private static Map<String, Object> described(Map<String, Object> schema, String doc) {
        var described = map("description", doc);
        described.putAll(schema);
        return described;
    }

    private static Map<String, Object> map(String key, Object value) {
        var map = new LinkedHashMap<String, Object>();
        map.put(key, value);
        return map;
    }
}
