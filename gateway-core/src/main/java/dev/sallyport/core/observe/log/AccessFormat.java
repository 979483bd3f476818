package dev.sallyport.core.observe.log;

/** The formats an operator may choose; {@code docs/access-log.md} describes them. */
public enum AccessFormat {
    /** One JSON object a line. */
    JSON,
    /** The combined format of Apache's httpd. */
    COMMON;

    Lines lines() {
        return switch (this) {
            case JSON -> new JsonLines();
            case COMMON -> new CombinedLines();
        };
    }

    /** How one record becomes one line. */
    interface Lines {
        /** Appends the line and its end. */
        void append(AccessEntry entry, LineBuffer out);
    }
}
