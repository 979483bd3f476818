package dev.sallyport.core.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The laws of the house that show in sources alone. Each returns what breaks it, one line each. */
final class SourceRules {
    private static final int MAX_FILES = 15;
    private static final int MAX_LINES = 400;
    private static final String PLATE = "package-info.java";

    /** The form of a door plate: one sentence, then three paragraphs in this order. */
    private static final Pattern PLATE_FORM =
            Pattern.compile(
                    """
                    /\\*\\*
                     \\* [A-Z][\\s\\S]*?\\.
                     \\*
                     \\* <p>Runs on: [\\s\\S]+?\\.
                     \\*
                     \\* <p>May touch: [\\s\\S]+?\\.
                     \\*
                     \\* <p>Start reading at: (?<start>\\{@code \\w+}(?:, then \\{@code \\w+})*)\\.
                     \\*/
                    @NullMarked
                    package [\\w.]+;
                    """);

    private static final Pattern CLASS_NAME = Pattern.compile("\\{@code (\\w+)}");

    /** Comments, text blocks, strings and characters: what is not code. */
    private static final Pattern NOT_CODE =
            Pattern.compile(
                    "/\\*[\\s\\S]*?\\*/|//[^\\n]*|\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*+\"|'(?:\\\\.|[^'\\\\])++'");

    private static final Pattern SLEEP =
            Pattern.compile(
                    "\\b(?:Thread|TimeUnit\\.\\w+|(?:MILLI|MICRO|NANO)?SECONDS)\\.sleep\\(");

    private SourceRules() {}

    /** Packages under a source folder without a door plate, or with an incomplete one. */
    static List<String> plates(Path sources) throws IOException {
        List<String> problems = new ArrayList<>();
        for (Path room : packages(sources)) {
            Path plate = room.resolve(PLATE);
            if (!Files.exists(plate)) {
                problems.add(sources.relativize(room) + ": no door plate " + PLATE);
                continue;
            }
            Matcher form = PLATE_FORM.matcher(Files.readString(plate));
            if (!form.find()) {
                problems.add(
                        sources.relativize(plate)
                                + ": not a door plate (expected: purpose, Runs on, May touch, Start"
                                + " reading at {@code X}., @NullMarked)");
            } else if (files(room).size() > 1) {
                Matcher start = CLASS_NAME.matcher(form.group("start"));
                while (start.find()) {
                    if (!Files.exists(room.resolve(start.group(1) + ".java"))) {
                        problems.add(
                                sources.relativize(plate)
                                        + ": start reading at "
                                        + start.group(1)
                                        + " (expected: a file of this room)");
                    }
                }
            }
        }
        return problems;
    }

    /** Rooms with too many files, the door plate not counted. */
    static List<String> crowded(Path sources) throws IOException {
        List<String> problems = new ArrayList<>();
        for (Path room : packages(sources)) {
            long files = files(room).stream().filter(file -> !file.endsWith(PLATE)).count();
            if (files > MAX_FILES) {
                problems.add(
                        sources.relativize(room) + ": " + files + " files (expected: at most 15)");
            }
        }
        return problems;
    }

    /** Files that hold more than one idea, by their length. */
    static List<String> tooLong(Path sources) throws IOException {
        List<String> problems = new ArrayList<>();
        for (Path file : allFiles(sources)) {
            int lines = Files.readAllLines(file).size();
            if (lines > MAX_LINES) {
                problems.add(
                        sources.relativize(file) + ": " + lines + " lines (expected: at most 400)");
            }
        }
        return problems;
    }

    /** Tests that wait by the clock on the wall. */
    static List<String> sleeps(Path sources) throws IOException {
        List<String> problems = new ArrayList<>();
        for (Path file : allFiles(sources)) {
            if (SLEEP.matcher(NOT_CODE.matcher(Files.readString(file)).replaceAll("\"\"")).find()) {
                problems.add(sources.relativize(file) + ": sleeps (expected: a clock, a latch)");
            }
        }
        return problems;
    }

    private static List<Path> packages(Path sources) throws IOException {
        var packages = new TreeMap<Path, Path>();
        for (Path file : allFiles(sources)) {
            packages.put(file.getParent(), file);
        }
        return List.copyOf(packages.keySet());
    }

    private static List<Path> files(Path room) throws IOException {
        try (Stream<Path> files = Files.list(room)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static List<Path> allFiles(Path sources) throws IOException {
        if (!Files.isDirectory(sources)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }
}
