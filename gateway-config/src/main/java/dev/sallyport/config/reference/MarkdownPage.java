package dev.sallyport.config.reference;

import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Inline;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.shape.Setting;
import dev.sallyport.config.model.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The reference for people. */
final class MarkdownPage {
    private static final String HEAD =
            """
            # Configuration reference

            <!-- Generated from the records of the configuration: `sallyport reference`. Do not edit. -->

            A configuration is one YAML file, with all it includes, or a folder of `*.yaml` files. Keys
            are in kebab case; a key that is not listed here is an error. Everything has a safe default:

            ```yaml
            routes:
              web:
                host: example.com
                forward: 127.0.0.1:9000
            ```

            **How values are written**

            | type | examples |
            |---|---|
            | duration | `500ms` `30s` `5m` `1h` `7d` |
            | size | `512B` `16KiB` `10MiB` `1GiB` |
            | rate | `100/s` `10/m` `1000/h` |
            | network | `10.0.0.0/8` `fd00::/8` `127.0.0.1` |
            | host | `example.com` `*.example.com` `bücher.example` `127.0.0.1` |
            | file | relative to the file it is written in |
            | secret | `{file: token.txt}` or `{env: TOKEN}` or `${env:TOKEN}`; never printed |
            | list | `[a, b]`; one value alone needs no brackets |

            **Several files.** `include: [conf.d/*.yaml]` reads more files, relative to the one that
            includes them. Sections such as `routes` may be spread over files; the same name twice is an
            error.

            """;

    private final FilterTypes filters;
    private final StringBuilder out = new StringBuilder();

    MarkdownPage(FilterTypes filters) {
        this.filters = filters;
    }

    String write() {
        out.append(HEAD);
        out.append("## Sections\n\n| section | type | what it is for |\n|---|---|---|\n");
        for (var setting : Setting.of(GatewayConfig.class)) {
            row(
                    "[`" + setting.key() + "`](#" + setting.key() + ")",
                    Wording.type(setting.shape()),
                    Wording.doc(setting.component()));
        }
        for (var setting : Setting.of(GatewayConfig.class)) {
            section(setting);
        }
        out.append("\n## Filters of this version\n");
        filters.byName().forEach((name, type) -> record(name, Wording.doc(type), type, 3));
        return out.toString();
    }

    private void section(Setting setting) {
        out.append("\n## ").append(setting.key()).append("\n\n");
        out.append(Wording.doc(setting.component())).append('\n');
        var otherwise = setting.defaultText();
        if (otherwise != null && !otherwise.equals("{}")) {
            out.append("\nDefault: `").append(otherwise).append("`\n");
        }
        example(setting);
        var type = typeOf(setting.shape());
        if (type != null) {
            boolean named = setting.shape() instanceof Shape.NamedSections;
            table(setting.key() + (named ? ".NAME" : ""), type, 3);
        }
    }

    private void record(String title, String doc, Class<?> type, int level) {
        out.append('\n').repeat('#', level).append(" `").append(title).append("`\n\n");
        out.append(doc).append('\n');
        table(title, type, level + 1);
    }

    /** The settings of a record as a table, then each section below as one of its own. */
    private void table(String path, Class<?> type, int level) {
        var rows = rows(type);
        var below = new LinkedHashMap<String, Row>();
        if (rows.isEmpty()) {
            out.append("\nNo settings: `{}`.\n");
            return;
        }
        out.append("\n| key | type | default | what it is for |\n|---|---|---|---|\n");
        rows.forEach((key, row) -> {
            row("`" + key + "`", row.type, row.otherwise, row.doc);
            if (row.section != null) {
                below.put(path + "." + key, row);
            }
        });
        below.forEach((under, row) -> {
            if (row.section != null) {
                out.append('\n').repeat('#', Math.min(level, 5));
                out.append(" `").append(under).append("`\n");
                table(under, row.section, level + 1);
            }
        });
    }

    /** A line of a table, and the record behind it. */
    private record Row(String type, String otherwise, String doc, @Nullable Class<?> section) {}

    private static Map<String, Row> rows(Class<?> type) {
        var rows = new LinkedHashMap<String, Row>();
        for (var setting : Setting.of(type)) {
            if (setting.is(Inline.class)) {
                rows.putAll(rows(setting.component().getType()));
            } else if (setting.shape() instanceof Shape.Choice(var types)) {
                var presence = setting.isNullable() ? "none" : "**one of these**";
                types.forEach((key, choice) -> rows.put(key, choice(choice, presence)));
            } else if (!setting.is(Key.class)) {
                rows.put(
                        setting.key(),
                        new Row(
                                Wording.type(setting.shape()),
                                Wording.otherwise(setting),
                                doc(setting),
                                typeOf(setting.shape())));
            }
        }
        return rows;
    }

    private static Row choice(Class<?> choice, String presence) {
        var settings = Setting.of(choice);
        boolean simple = settings.size() == 1;
        var brief = Wording.shorthand(choice);
        var example = brief == null ? null : Wording.example(brief);
        return new Row(
                simple
                        ? Wording.type(settings.getFirst().shape())
                        : Wording.type(new Shape.Section(choice)),
                presence,
                Wording.doc(choice) + (example == null ? "" : " Example: `" + example + "`."),
                simple ? null : choice);
    }

    private static String doc(Setting setting) {
        var parts = new ArrayList<>(List.of(Wording.doc(setting.component())));
        var range = Wording.range(setting);
        if (range != null) {
            parts.add("From " + range + ".");
        }
        if (setting.shape() instanceof Shape.Word word) {
            word.constants()
                    .forEach((name, constant) -> {
                        var doc = constantDoc(constant);
                        if (doc != null) {
                            parts.add("`" + name + "`: " + doc);
                        }
                    });
        }
        var example = Wording.example(setting);
        if (example != null) {
            parts.add("Example: `" + example + "`.");
        }
        if (!setting.oldKeys().isEmpty()) {
            parts.add("Was `" + String.join("`, `", setting.oldKeys()) + "`.");
        }
        return String.join(" ", parts).replace("From at", "At");
    }

    private static @Nullable String constantDoc(Object constant) {
        try {
            var name = ((Enum<?>) constant).name();
            var doc =
                    ((Enum<?>) constant)
                            .getDeclaringClass()
                            .getField(name)
                            .getAnnotation(Doc.class);
            return doc == null ? null : doc.value();
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(constant.toString(), e);
        }
    }

    private void example(Setting setting) {
        var example = Wording.example(setting);
        if (example != null) {
            out.append("\nExample: `").append(setting.key()).append(": ");
            out.append(example).append("`\n");
        }
    }

    private static @Nullable Class<?> typeOf(Shape shape) {
        return switch (shape) {
            case Shape.Section(var type) -> type;
            case Shape.NamedSections(var type) -> type;
            case Shape.Items(var each) -> typeOf(each);
            case Shape.Entries(var each) -> typeOf(each);
            case Shape.Text _, Shape.Word _, Shape.Hidden _, Shape.Filter _, Shape.Choice _ -> null;
        };
    }

    private void row(String... cells) {
        for (var cell : cells) {
            out.append("| ").append(cell.replace("|", "\\|")).append(' ');
        }
        out.append("|\n");
    }
}
