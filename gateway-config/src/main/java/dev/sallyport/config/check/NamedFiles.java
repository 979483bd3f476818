package dev.sallyport.config.check;

import dev.sallyport.config.model.FilterSettings;
import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.setting.Inline;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.MustExist;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.shape.Marks;
import dev.sallyport.config.model.shape.Setting;
import dev.sallyport.config.model.shape.Shape;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the files that settings name, whatever the section. */
public final class NamedFiles {
    // A filter used by name is looked at once, under its name.
    private final Set<FilterSettings> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Visitor visitor;

    /** Told of each. */
    interface Visitor {
        void file(Path file, String path, boolean mustExist);
    }

    private NamedFiles(Visitor visitor) {
        this.visitor = visitor;
    }

    /** Shows all to {@code visitor}. */
    static void visit(GatewayConfig config, Visitor visitor) {
        var files = new NamedFiles(visitor);
        config.filters().forEach((name, filter) -> files.filter(filter, "filters." + name));
        files.section(config, "");
    }

    /** Those that routes and what they lead through name: filters, upstreams. */
    public static Set<Path> ofRoutes(GatewayConfig config) {
        Set<Path> found = new HashSet<>();
        var files = new NamedFiles((file, _, _) -> found.add(file));
        for (var sections :
                List.of(
                        config.routes(),
                        config.upstreams(),
                        config.tcpRoutes(),
                        config.udpRoutes())) {
            sections.forEach(each -> files.section(each, ""));
        }
        return found;
    }

    private void section(Object settings, String path) {
        for (var setting : Setting.of(settings.getClass())) {
            var value = setting.valueIn(settings);
            if (value == null || setting.is(Key.class)) {
                continue;
            }
            var under = setting.is(Inline.class) ? path : join(path, setting.key());
            if (value instanceof Path file) {
                visitor.file(file, under, setting.is(MustExist.class));
            } else {
                value(setting.shape(), value, under);
            }
        }
    }

    private void value(Shape shape, Object value, String path) {
        switch (shape) {
            case Shape.Section _ -> section(value, path);
            case Shape.NamedSections _ -> {
                for (var item : (List<?>) value) {
                    section(item, join(path, nameOf(item)));
                }
            }
            case Shape.Items(var each) -> {
                var items = (List<?>) value;
                for (int i = 0; i < items.size(); i++) {
                    value(each, items.get(i), path + "[" + i + "]");
                }
            }
            case Shape.Entries(var each) ->
                    ((Map<?, ?>) value).forEach((k, v) -> value(each, v, join(path, "" + k)));
            case Shape.Filter _ -> filter((FilterSettings) value, path);
            case Shape.Choice _ -> section(value, choice(path, value));
            case Shape.Text _ -> {
                if (value instanceof Path file) {
                    visitor.file(file, path, false); // one of a list
                }
            }
            case Shape.Word _, Shape.Hidden _ -> {}
        }
    }

    /** A choice stands under its own word in place of the setting's. */
    private static String choice(String path, Object value) {
        int dot = path.lastIndexOf('.');
        var word = Marks.of(value.getClass()).text(Named.class);
        return join(dot < 0 ? "" : path.substring(0, dot), word == null ? "" : word);
    }

    private void filter(FilterSettings filter, String path) {
        if (seen.add(filter)) {
            section(filter, join(path, FilterTypes.nameOf(filter.getClass())));
        }
    }

    private static @Nullable String nameOf(Object settings) {
        for (var setting : Setting.of(settings.getClass())) {
            if (setting.is(Key.class)) {
                return (String) setting.valueIn(settings);
            }
        }
        return null;
    }

    private static String join(String path, @Nullable String key) {
        return path.isEmpty() ? "" + key : path + "." + key;
    }
}
