package dev.sallyport.config.check;

import dev.sallyport.config.check.rule.Report;
import dev.sallyport.config.check.rule.Rule;
import dev.sallyport.config.model.FilterSettings;
import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.observe.AccessLog;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.setting.Inline;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.MustExist;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.shape.Marks;
import dev.sallyport.config.model.shape.Setting;
import dev.sallyport.config.model.shape.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files that settings name exist and can be read: a missing one must not open what it guards. */
final class FileRule implements Rule {
    @Override
    public void check(GatewayConfig config, Report report) {
        // A filter used by name is looked at once, under its name.
        Set<FilterSettings> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        config.filters().forEach((name, filter) -> filter(filter, "filters." + name, seen, report));
        section(config, "", seen, report);
        var target = config.accessLog().to();
        if (target.kind() == AccessLog.Target.Kind.FILE && target.file() != null) {
            var folder = target.file().getParent();
            if (folder == null || !Files.isDirectory(folder)) {
                report.error(
                        "access-log.to",
                        Problem.quote(target.file()),
                        "a file in a folder that exists");
            }
        }
    }

    private static void section(
            Object settings, String path, Set<FilterSettings> seen, Report report) {
        for (var setting : Setting.of(settings.getClass())) {
            var value = setting.valueIn(settings);
            if (value == null || setting.is(Key.class)) {
                continue;
            }
            var under = setting.is(Inline.class) ? path : join(path, setting.key());
            if (setting.is(MustExist.class) && value instanceof Path file) {
                file(file, under, report);
            } else {
                value(setting.shape(), value, under, seen, report);
            }
        }
    }

    private static void value(
            Shape shape, Object value, String path, Set<FilterSettings> seen, Report report) {
        switch (shape) {
            case Shape.Section _ -> section(value, path, seen, report);
            case Shape.NamedSections _ -> {
                for (var item : (List<?>) value) {
                    section(item, join(path, nameOf(item)), seen, report);
                }
            }
            case Shape.Items(var each) -> {
                var items = (List<?>) value;
                for (int i = 0; i < items.size(); i++) {
                    value(each, items.get(i), path + "[" + i + "]", seen, report);
                }
            }
            case Shape.Entries(var each) ->
                    ((Map<?, ?>) value)
                            .forEach((k, v) -> value(each, v, join(path, "" + k), seen, report));
            case Shape.Filter _ -> filter((FilterSettings) value, path, seen, report);
            case Shape.Choice _ -> section(value, choice(path, value), seen, report);
            case Shape.Text _, Shape.Word _, Shape.Hidden _ -> {}
        }
    }

    /** A choice stands under its own word in place of the setting's. */
    private static String choice(String path, Object value) {
        int dot = path.lastIndexOf('.');
        var word = Marks.of(value.getClass()).text(Named.class);
        return join(dot < 0 ? "" : path.substring(0, dot), word == null ? "" : word);
    }

    private static void filter(
            FilterSettings filter, String path, Set<FilterSettings> seen, Report report) {
        if (seen.add(filter)) {
            section(filter, join(path, FilterTypes.nameOf(filter.getClass())), seen, report);
        }
    }

    private static void file(Path file, String path, Report report) {
        if (!Files.isRegularFile(file)) {
            report.error(path, Problem.quote(file), "a file that exists");
        } else if (!Files.isReadable(file)) {
            report.error(path, Problem.quote(file), "a file that can be read");
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
