package dev.sallyport.core.exchange;

import dev.sallyport.core.http.FieldTable;
import java.util.ArrayList;
import java.util.List;

/** Heads in the form tests look at. */
final class FakeHead {
    private FakeHead() {}

    /** The live fields, as {@code name: value}. */
    static List<String> lines(FieldTable fields) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < fields.count(); i++) {
            if (!fields.isRemoved(i)) {
                lines.add(fields.name(i) + ": " + fields.value(i));
            }
        }
        return lines;
    }

    static List<String> values(List<String> lines, String name) {
        String start = name + ": ";
        return lines.stream()
                .filter(line -> line.regionMatches(true, 0, start, 0, start.length()))
                .map(line -> line.substring(start.length()))
                .toList();
    }
}
