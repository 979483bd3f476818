package dev.sallyport.core.boot.serve;

import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Source;
import dev.sallyport.config.provider.Fragment;
import dev.sallyport.config.provider.Provider;
import dev.sallyport.config.read.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A configuration made from the command line, which never changes. */
final class FixedProvider implements Provider {
    private static final Place PLACE =
            Place.of(new Source("command line", Path.of("").toAbsolutePath()));

    private final Node.Section tree;
    private final CountDownLatch never = new CountDownLatch(1);

    /** {@code settings} holds maps, lists and texts, as a file would. */
    FixedProvider(Map<String, ?> settings) {
        this.tree = section(settings);
    }

    private static Node.Section section(Map<?, ?> settings) {
        LinkedHashMap<String, Node.Entry> entries = new LinkedHashMap<>();
        settings.forEach((key, value) ->
                entries.put(String.valueOf(key), new Node.Entry(PLACE, node(value))));
        return new Node.Section(PLACE, entries);
    }

    private static Node node(Object value) {
        return switch (value) {
            case Map<?, ?> map -> section(map);
            case List<?> list -> {
                List<Node> items = new ArrayList<>();
                list.forEach(item -> items.add(node(item)));
                yield new Node.Items(PLACE, items);
            }
            default -> new Node.Text(PLACE, value.toString(), false);
        };
    }

    @Override
    public String name() {
        return "command line";
    }

    @Override
    public Fragment read() {
        return new Fragment(name(), tree, List.of());
    }

    @Override
    public void awaitChange() throws InterruptedException {
        never.await();
    }
}
