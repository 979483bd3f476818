package dev.sallyport.config.provider;

import dev.sallyport.config.model.problem.Reading;
import dev.sallyport.config.read.ConfigReader;
import java.util.List;

/** Fragments of several providers to one configuration. */
public final class Assembly {
    private final ConfigReader reader;

    public Assembly(ConfigReader reader) {
        this.reader = reader;
    }

    /** Reads the trees as if they were one; a name in two of them is an error. */
    public Reading assemble(List<Fragment> fragments) {
        return reader.read(fragments.stream().map(Fragment::tree).toList());
    }
}
