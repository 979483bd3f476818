package dev.sallyport.config.read;

import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Source;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The YAML library's complaints in words for an operator. */
final class YamlMessages {
    private YamlMessages() {}

    static Problem of(YamlEngineException e, String text, Source source) {
        if (e instanceof ReaderException unreadable) {
            var c = Problem.quote(Character.toString(unreadable.getCodePoint()));
            return Problem.error(
                    at(text, unreadable.getPosition(), source),
                    "",
                    "control character " + c,
                    "a text file");
        }
        if (!(e instanceof MarkedYamlEngineException marked)) {
            boolean version = String.valueOf(e.getMessage()).startsWith("Version");
            return Problem.error(
                    Place.of(source),
                    "",
                    version ? "another version of YAML" : "no YAML: " + e.getMessage(),
                    version ? "1.2, or no %YAML line" : "YAML");
        }
        var place = YamlText.place(marked.getProblemMark(), source);
        var problem = String.valueOf(marked.getProblem());
        var context = String.valueOf(marked.getContext());
        if (problem.contains("\\t") || problem.contains("TAB")) {
            return Problem.error(place, "", "a tab", "spaces: YAML is not indented by tabs");
        }
        if (problem.contains("mapping values are not allowed here")) {
            return Problem.error(
                    place,
                    "",
                    "a \":\" where none can be",
                    "a space after the \":\" of each key; quotes around a value with \": \" in it");
        }
        if (problem.contains("expected <block end>")) {
            return Problem.error(
                    place, "", "wrong indentation", "the column of the keys or items before it");
        }
        if (context.contains("quoted scalar")) {
            var quoted = YamlText.place(marked.getContextMark(), source);
            if (problem.contains("unexpected end of stream")) {
                return Problem.error(quoted, "", "quotes that are never closed", "a closing quote");
            }
            return Problem.error(
                    place,
                    "",
                    "a backslash in double quotes",
                    "two of them, or single quotes around the value");
        }
        if (context.contains("flow sequence") || context.contains("flow mapping")) {
            var opening = context.contains("sequence") ? "[" : "{";
            var closing = context.contains("sequence") ? "]" : "}";
            return Problem.error(
                    YamlText.place(marked.getContextMark(), source),
                    "",
                    "\"" + opening + "\" that is not closed properly",
                    "\",\" between values and \"" + closing + "\" at the end");
        }
        if (context.contains("scanning an alias") || context.contains("scanning an anchor")) {
            var sign = context.contains("alias") ? "\"*\"" : "\"&\"";
            return Problem.error(
                    YamlText.place(marked.getContextMark(), source),
                    "",
                    "a value beginning with " + sign,
                    "quotes around it");
        }
        if (problem.contains("<stream end>")) {
            return Problem.error(place, "", "the end of the file within a value", "the rest of it");
        }
        if (problem.contains("cannot start any token")) {
            int index = marked.getProblemMark().map(mark -> mark.getIndex()).orElse(0);
            var c = index < text.length() ? text.substring(index, index + 1) : "";
            return Problem.error(
                    place, "", "a value beginning with " + Problem.quote(c), "quotes around it");
        }
        if (problem.contains("could not find expected ':'")) {
            return Problem.error(
                    YamlText.place(marked.getContextMark(), source),
                    "",
                    "a text where a key belongs",
                    "\"key: value\", with a space after \":\"");
        }
        return Problem.error(place, "", "no YAML: " + problem, "YAML");
    }

    private static Place at(String text, int codePoints, Source source) {
        int line = 1;
        int column = 1;
        int index = 0;
        for (int i = 0; i < codePoints && index < text.length(); i++) {
            int c = text.codePointAt(index);
            index += Character.charCount(c);
            column = c == '\n' ? 1 : column + 1;
            line += c == '\n' ? 1 : 0;
        }
        return new Place(source, line, column);
    }
}
