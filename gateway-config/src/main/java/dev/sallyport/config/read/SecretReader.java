package dev.sallyport.config.read;

import dev.sallyport.config.model.value.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Secrets, from the text itself, a file or the environment; none of them in any problem. */
final class SecretReader {
    private static final String EXPECTED = "a text, {file: path} or {env: NAME}";
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");
    private static final int LARGEST = 65_536;

    private final Problems problems;
    private final Function<String, @Nullable String> environment;

    SecretReader(Problems problems, Function<String, @Nullable String> environment) {
        this.problems = problems;
        this.environment = environment;
    }

    @Nullable Secret read(Node node, String path, RecordReader records) {
        return switch (node) {
            case Node.Text text -> ofText(text, path);
            case Node.Section section -> ofSection(section, path, records);
            case Node.Items _ -> refuse(node, path, "a list", EXPECTED);
        };
    }

    private @Nullable Secret ofText(Node.Text text, String path) {
        if (text.isNothing() || text.text().isEmpty()) {
            return refuse(text, path, "nothing", EXPECTED);
        }
        if (text.text().equals(Secret.HIDDEN)) {
            return refuse(text, path, "\"***\"", "the secret itself, for which print shows ***");
        }
        var reference = REFERENCE.matcher(text.text());
        if (reference.matches() && !text.place().source().isOutside()) {
            return ofEnvironment(text, reference.group(1), path);
        }
        if (text.text().startsWith("${")) {
            return refuse(text, path, "\"***\"", "${env:NAME}");
        }
        return Secret.ofText(text.text());
    }

    private @Nullable Secret ofSection(Node.Section section, String path, RecordReader records) {
        if (section.place().source().isOutside()) {
            return refuse(section, path, "a mapping", "a text: labels name no file or variable");
        }
        var file = section.entries().get("file");
        var variable = section.entries().get("env");
        boolean one = section.entries().size() == 1;
        if (one && file != null && file.value() instanceof Node.Text text) {
            records.note(Paths.under(path, "file"), text.place());
            return ofFile(text, path);
        }
        if (one && variable != null && variable.value() instanceof Node.Text text) {
            return ofEnvironment(text, text.text(), path);
        }
        return refuse(section, path, "a mapping", EXPECTED);
    }

    private @Nullable Secret ofEnvironment(Node.Text text, String name, String path) {
        var value = environment.apply(name);
        if (value == null || value.isEmpty()) {
            return refuse(
                    text, path, "$" + name, "an environment variable that is set and not empty");
        }
        return Secret.ofEnv(name, value);
    }

    private @Nullable Secret ofFile(Node.Text text, String path) {
        try {
            var file = text.place().source().folder().resolve(text.text()).normalize();
            if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
                return refuse(text, path, text.describe(), "a file of at most 64KiB that exists");
            }
            var value = Files.readString(file, StandardCharsets.UTF_8);
            // Editors and echo end a file with a line end that is no part of the secret.
            var secret = value.endsWith("\n") ? value.substring(0, value.length() - 1) : value;
            secret = secret.endsWith("\r") ? secret.substring(0, secret.length() - 1) : secret;
            return secret.isEmpty()
                    ? refuse(text, path, text.describe(), "a file that is not empty")
                    : Secret.ofFile(file.toString(), secret);
        } catch (IOException | InvalidPathException _) {
            return refuse(text, path, text.describe(), "a file of text that can be read");
        }
    }

    private @Nullable Secret refuse(Node node, String path, String found, String expected) {
        problems.error(node.place(), path, found, expected);
        return null;
    }
}
