package dev.sallyport.core.observe.log;

/** How one record becomes one line. */
interface LineFormat {
    /** Appends the line and its end. */
    void append(AccessEntry entry, LineBuffer out);
}
