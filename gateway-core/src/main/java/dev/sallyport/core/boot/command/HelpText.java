package dev.sallyport.core.boot.command;

import picocli.CommandLine;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The help of a verb on a screen of 80 columns. The parser would break lines within addresses and
 * names of files; here they break at spaces, and go on under the beginning of what they go on with.
 */
final class HelpText {
    private static final int WIDTH = 80;

    /** So much that the parser breaks nothing. */
    private static final int UNBROKEN = 4000;

    /** Where less room than this would be left, lines go on at the left. */
    private static final int LEAST_ROOM = 30;

    private static final String COLOUR = "\u001b\\[[0-9;]*m";

    private HelpText() {}

    /** Has a command and all below it explain themselves this way. */
    static void install(CommandLine line) {
        line.setUsageHelpWidth(UNBROKEN);
        var sections = line.getHelpSectionMap();
        sections.replaceAll(HelpText::wrapped);
        line.setHelpSectionMap(sections);
    }

    private static IHelpSectionRenderer wrapped(String key, IHelpSectionRenderer renderer) {
        if (!key.equals(UsageMessageSpec.SECTION_KEY_SYNOPSIS)) {
            return help -> wrapped(renderer.render(help));
        }
        return help -> {
            int before = help.commandSpec().usageMessage().synopsisHeading().length();
            String text = " ".repeat(before) + renderer.render(help).strip();
            int column = before + help.commandSpec().qualifiedName().length() + 1;
            return wrapped(text, column).substring(before);
        };
    }

    private static String wrapped(String section) {
        if (!section.endsWith("\n")) {
            return section; // a heading, whose line goes on
        }
        StringBuilder text = new StringBuilder();
        for (String line : section.lines().toList()) {
            text.append(wrapped(line.stripTrailing(), column(line)));
        }
        return text.toString();
    }

    /** Where the text of a line begins: after the name in its first column, if it has one. */
    private static int column(String line) {
        String plain = line.replaceAll(COLOUR, "");
        int begin = skip(plain, 0);
        int gap = begin == 0 ? -1 : plain.indexOf("  ", begin);
        int column = gap < 0 ? begin : skip(plain, gap);
        return column > WIDTH - LEAST_ROOM ? begin : column;
    }

    private static int skip(String line, int from) {
        int at = from;
        while (at < line.length() && line.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    private static String wrapped(String line, int column) {
        StringBuilder text = new StringBuilder();
        int used = 0;
        int begin = 0;
        while (begin < line.length()) {
            // A word, with the spaces before it.
            int letter = skip(line, begin);
            int space = line.indexOf(' ', letter);
            int end = space < 0 ? line.length() : space;
            String word = line.substring(letter, end);
            int width = word.replaceAll(COLOUR, "").length();
            if (used > column && used + letter - begin + width > WIDTH) {
                text.append('\n').repeat(' ', column);
                used = column;
            } else {
                text.repeat(' ', letter - begin);
                used += letter - begin;
            }
            text.append(word);
            used += width;
            begin = end;
        }
        return text.append('\n').toString();
    }
}
