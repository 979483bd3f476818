package dev.sallyport.core.boot.screen;

import picocli.CommandLine.Help.Ansi;

/** Colours, on a terminal that wants them; NO_COLOR turns them off. */
public final class Colour {
    private Colour() {}

    /** What is wrong. */
    public static String red(String text) {
        return paint("31", text);
    }

    /** What is well. */
    public static String green(String text) {
        return paint("32", text);
    }

    private static String paint(String code, String text) {
        return Ansi.AUTO.enabled() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
