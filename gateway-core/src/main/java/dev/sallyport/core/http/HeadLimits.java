package dev.sallyport.core.http;

/**
 * How large a head may grow: its bytes with the start line, its fields, and the bytes of a trailer
 * section.
 *
 * @param bytes the whole head, start line and empty line included
 * @param fields field lines of a head, and of a trailer section
 * @param trailerBytes the whole trailer section, its empty line included
 */
public record HeadLimits(int bytes, int fields, int trailerBytes) {

    /** What a listener allows when nothing is said: 16 KiB, 100 fields, 8 KiB of trailers. */
    public static final HeadLimits DEFAULT = new HeadLimits(16 * 1024, 100, 8 * 1024);

    public HeadLimits {
        requireRange("bytes", bytes, 256, 1 << 20);
        requireRange("fields", fields, 1, 10_000);
        requireRange("trailerBytes", trailerBytes, 0, 1 << 20);
        // The empty line behind the last chunk comes whether or not there are trailers.
        trailerBytes = Math.max(trailerBytes, "\r\n".length());
    }

    private static void requireRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }
}
