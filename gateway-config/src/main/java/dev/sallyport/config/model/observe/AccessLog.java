package dev.sallyport.config.model.observe;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.config.model.value.Suggestion;
import dev.sallyport.config.model.value.Written;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One line for each request. */
public record AccessLog(
        @Doc("Where the lines go: stdout, stderr, off or a file.") @Default("stdout") @Shorthand
                Target to,
        @Doc("The form of a line.") @Default("json") Format format,
        @Doc("Lines that may wait to be written; beyond: dropped and counted.")
                @Default("8192")
                @Range(min = "64", max = "1048576")
                int queue) {

    /** The form of a line. */
    public enum Format {
        @Doc("One JSON object a line.")
        JSON,
        @Doc("The combined form of Apache and nginx.")
        COMMON
    }

    /** Where lines go; a file may be renamed away at any time, a new one is begun. */
    @Written(as = "stdout, stderr, off or a file")
    public record Target(Kind kind, @Nullable Path file) {
        /** Which way out. */
        public enum Kind {
            STDOUT,
            STDERR,
            OFF,
            FILE
        }

        /**
         * Reads one of the three words or a path.
         *
         * @param folder what a relative path is relative to
         */
        public static Target parse(String text, Path folder) {
            return switch (text) {
                case "stdout" -> new Target(Kind.STDOUT, null);
                case "stderr" -> new Target(Kind.STDERR, null);
                case "off" -> new Target(Kind.OFF, null);
                default -> file(text, folder);
            };
        }

        @Override
        public String toString() {
            return switch (kind) {
                case STDOUT -> "stdout";
                case STDERR -> "stderr";
                case OFF -> "off";
                case FILE -> String.valueOf(file);
            };
        }

        private static Target file(String text, Path folder) {
            // A word that is meant for one of the three must not become a file of that name.
            if (text.isEmpty() || (text.indexOf('/') < 0 && text.indexOf('.') < 0)) {
                throw new InvalidValue(
                        text,
                        "stdout, stderr, off or a file such as ./access.log",
                        text.equals("false") || text.equals("none")
                                ? "off"
                                : Suggestion.nearest(text, List.of("stdout", "stderr", "off")));
            }
            try {
                return new Target(Kind.FILE, folder.resolve(text).normalize());
            } catch (InvalidPathException _) {
                throw new InvalidValue(text, "stdout, stderr, off or a file");
            }
        }
    }
}
