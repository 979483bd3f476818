package dev.sallyport.core.boot.screen;

/** How the process ends, by the numbers of sysexits(3); docs/operations.md lists them. */
public final class Exit {
    public static final int OK = 0;

    /** What was asked about has problems. */
    public static final int PROBLEMS = 1;

    /** The command line is wrong. */
    public static final int USAGE = 2;

    /** Something needed is not there: no running edge, an address in use. */
    public static final int UNAVAILABLE = 69;

    /** A bug. */
    public static final int SOFTWARE = 70;

    /** Not all could be written to standard output. */
    public static final int OUTPUT = 74;

    /** The configuration is wrong. */
    public static final int CONFIG = 78;

    private Exit() {}
}
