package dev.sallyport.config.read;

import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.shape.Setting;
import dev.sallyport.config.model.shape.Shape;
import dev.sallyport.config.model.shape.TextForm;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.config.model.value.Suggestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Nodes to the values of settings, each by the shape of its setting. */
final class ValueReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

    private final Problems problems;
    private final RecordReader records;
    private final FilterReader filters;
    private final SecretReader secrets;

    ValueReader(
            Problems problems, RecordReader records, FilterReader filters, SecretReader secrets) {
        this.problems = problems;
        this.records = records;
        this.filters = filters;
        this.secrets = secrets;
    }

    /** The value of a setting, or null after a problem. */
    @Nullable Object read(Setting setting, Node node, String path) {
        return read(setting.shape(), setting.range(), node, path);
    }

    private @Nullable Object read(
            Shape shape, Setting.@Nullable Bounds range, Node node, String path) {
        records.note(path, node.place());
        return switch (shape) {
            case Shape.Text(var form) -> text(form, range, node, path);
            case Shape.Word word -> word(word, node, path);
            case Shape.Hidden _ -> secrets.read(node, path, records);
            case Shape.Section(var type) -> records.read(type, node, path, null);
            case Shape.NamedSections(var type) -> namedSections(type, node, path);
            case Shape.Items(var each) -> items(each, range, node, path);
            case Shape.Entries(var each) ->
                    each instanceof Shape.Filter
                            ? filters.named()
                            : entries(each, range, node, path);
            case Shape.Filter _ -> filters.read(node, path, records);
            case Shape.Choice _ ->
                    throw new IllegalStateException(path + " (expected: a choice in a section)");
        };
    }

    /** What a problem says should have been there. */
    static String expectation(Shape shape) {
        return switch (shape) {
            case Shape.Text(var form) -> article(form.as());
            case Shape.Word word -> "one of " + String.join(", ", word.constants().keySet());
            case Shape.Hidden _ -> "a text, {file: path} or {env: NAME}";
            case Shape.Section(var type) -> RecordReader.expectation(type);
            case Shape.NamedSections _, Shape.Entries _ -> "a mapping by name";
            case Shape.Items(Shape.Text(var form)) -> article(form.as()) + ", or a list of them";
            case Shape.Items(Shape.Filter _) -> "a list of filters";
            case Shape.Items(Shape.Section(var type)) ->
                    RecordReader.expectation(type) + ", or a list of them";
            case Shape.Items _ -> "a list";
            case Shape.Filter _ -> "the name of a filter, or one filter with its settings";
            case Shape.Choice(var types) -> "one of " + String.join(", ", types.keySet());
        };
    }

    private static String article(String as) {
        boolean bare = as.equals("text") || as.contains(" or ") || as.contains(":");
        return bare ? as : ("aeiou".indexOf(as.charAt(0)) >= 0 ? "an " : "a ") + as;
    }

    private @Nullable Object text(
            TextForm form, Setting.@Nullable Bounds range, Node node, String path) {
        if (!(node instanceof Node.Text text) || text.isNothing()) {
            problems.error(node.place(), path, node.describe(), article(form.as()));
            return null;
        }
        if (form.type() == Path.class && node.place().source().isOutside()) {
            problems.error(
                    node.place(),
                    path,
                    node.describe(),
                    "no file: labels cannot name one; a filter of the configuration file can, and"
                            + " labels can name that filter");
            return null;
        }
        if (form.type() == Upstream.EdgeName.class && node.place().source().isOutside()) {
            problems.error(
                    node.place(),
                    path,
                    node.describe(),
                    "no name of the edge: labels cannot give one; the configuration file can");
            return null;
        }
        try {
            var value = form.parse(text.text(), node.place().source().folder());
            return range == null || isWithin(form, range, value, text, path) ? value : null;
        } catch (InvalidValue e) {
            problems.add(Problem.of(node.place(), path, e));
            return null;
        }
    }

    private boolean isWithin(
            TextForm form, Setting.Bounds range, Object value, Node.Text text, String path) {
        var folder = text.place().source().folder();
        boolean high =
                range.max().isEmpty() || compare(value, form.parse(range.max(), folder)) <= 0;
        boolean low = range.min().isEmpty() || compare(value, form.parse(range.min(), folder)) >= 0;
        if (!low || !high) {
            problems.error(
                    text.place(),
                    path,
                    text.describe(),
                    range.max().isEmpty()
                            ? "at least " + range.min()
                            : range.min().isEmpty()
                                    ? "at most " + range.max()
                                    : range.min() + ".." + range.max());
        }
        return low && high;
    }

    @SuppressWarnings("unchecked") // both were made by the same form
    private static int compare(Object value, Object bound) {
        return ((Comparable<Object>) value).compareTo(bound);
    }

    private @Nullable Object word(Shape.Word word, Node node, String path) {
        var constants = word.constants();
        var found = node instanceof Node.Text text ? constants.get(text.text()) : null;
        if (found == null) {
            var nearest =
                    node instanceof Node.Text text
                            ? Suggestion.nearest(text.text(), constants.keySet())
                            : null;
            problems.add(
                    Problem.error(node.place(), path, node.describe(), expectation(word))
                            .withHint(nearest));
        }
        return found;
    }

    private @Nullable Object items(
            Shape each, Setting.@Nullable Bounds range, Node node, String path) {
        if (node instanceof Node.Items(_, var items)) {
            var values = new ArrayList<Object>();
            boolean complete = true;
            for (int i = 0; i < items.size(); i++) {
                var value = read(each, range, items.get(i), Paths.item(path, i));
                complete &= value != null && values.add(value);
            }
            return complete ? values : null;
        }
        boolean lone =
                node instanceof Node.Text text ? !text.isNothing() : !(each instanceof Shape.Text);
        if (!lone) {
            problems.error(node.place(), path, node.describe(), expectation(new Shape.Items(each)));
            return null;
        }
        var value = read(each, range, node, path);
        return value == null ? null : List.of(value);
    }

    private @Nullable Object entries(
            Shape each, Setting.@Nullable Bounds range, Node node, String path) {
        if (!(node instanceof Node.Section(_, var entries))) {
            problems.error(node.place(), path, node.describe(), "a mapping by name");
            return null;
        }
        var values = new LinkedHashMap<String, Object>();
        boolean complete = true;
        for (var entry : entries.entrySet()) {
            var under = Paths.under(path, entry.getKey());
            var value = read(each, range, entry.getValue().value(), under);
            if (value == null) {
                complete = false;
            } else {
                values.put(entry.getKey(), value);
            }
        }
        return complete ? values : null;
    }

    private @Nullable Object namedSections(Class<?> type, Node node, String path) {
        if (!(node instanceof Node.Section(_, var entries))) {
            problems.error(node.place(), path, node.describe(), "a mapping by name");
            return null;
        }
        var values = new ArrayList<Object>();
        boolean complete = true;
        for (var entry : entries.entrySet()) {
            complete &= isName(entry, path);
            var under = Paths.under(path, entry.getKey());
            var value = records.read(type, entry.getValue().value(), under, entry.getKey());
            complete &= value != null && values.add(value);
        }
        return complete ? values : null;
    }

    /** Whether a name is fit for logs, metrics and paths; notes a problem otherwise. */
    boolean isName(Map.Entry<String, Node.Entry> entry, String path) {
        if (NAME.matcher(entry.getKey()).matches()) {
            return true;
        }
        problems.error(
                entry.getValue().keyPlace(),
                path,
                Problem.quote(entry.getKey()),
                "a name of at most 63 letters, digits, - and _");
        return false;
    }
}
