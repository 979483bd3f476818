package dev.sallyport.core.wire.h2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class StreamMapTest {
    private record Stream(int id) implements StreamMap.Numbered {}

    private final StreamMap<Stream> map = new StreamMap<>();
    private final TreeMap<Integer, Stream> model = new TreeMap<>();

    @Test
    void holdsNothingAtFirst() {
        assertThat(map.find(1)).isNull();
        map.remove(1);
        assertThat(map.size()).isZero();
        assertThat(map.all()).isEmpty();
    }

    /**
     * Numbers that meet in one place as well as numbers in a row, put in and taken out in any
     * order.
     */
    @Test
    void doesWhatAMapDoes() {
        var random = new Random(42);
        for (int step : new int[] {2, 16, 512, 514}) {
            int next = 1;
            for (int i = 0; i < 4000; i++) {
                if (model.size() < 130 && random.nextInt(100) < 52) {
                    add(next);
                    next += step;
                } else if (!model.isEmpty()) {
                    List<Integer> ids = new ArrayList<>(model.keySet());
                    remove(ids.get(random.nextInt(ids.size())));
                }
                assertThat(map.size()).isEqualTo(model.size());
                if (i % 50 == 0) {
                    assertSame(next);
                }
            }
            new ArrayList<>(model.keySet()).forEach(this::remove);
            assertSame(next);
        }
    }

    private void add(int id) {
        var stream = new Stream(id);
        map.add(stream);
        model.put(id, stream);
    }

    private void remove(int id) {
        map.remove(id);
        model.remove(id);
        assertThat(map.find(id)).isNull();
    }

    private void assertSame(int next) {
        assertThat(map.all()).containsExactlyInAnyOrderElementsOf(model.values());
        for (int id = 1; id < next; id += 2) {
            assertThat(map.find(id)).isSameAs(model.get(id));
        }
    }
}
