package dev.sallyport.config.model.problem;

/**
 * A spot in a source.
 *
 * @param line counted from 1; 0 where a source has no lines
 * @param column counted from 1; 0 where a source has no lines
 */
public record Place(Source source, int line, int column) {
    /** The source as a whole. */
    public static Place of(Source source) {
        return new Place(source, 0, 0);
    }

    @Override
    public String toString() {
        return line == 0 ? source.name() : source.name() + ":" + line + ":" + column;
    }
}
