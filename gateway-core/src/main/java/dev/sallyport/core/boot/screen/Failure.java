package dev.sallyport.core.boot.screen;

/** A command that cannot go on: what is said on standard error, and the exit code. */
public final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    private final int exit;

    /**
     * A failure to be shown as it is.
     *
     * @param message one or more lines for a person
     * @param exit one of {@link Exit}
     */
    public Failure(int exit, String message) {
        super(message);
        this.exit = exit;
    }

    /** The exit code. */
    public int exit() {
        return exit;
    }
}
