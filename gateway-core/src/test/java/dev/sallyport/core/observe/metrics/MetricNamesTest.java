package dev.sallyport.core.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricNamesTest {
    private final List<Integer> reset = new ArrayList<>();
    private final MetricNames names =
            new MetricNames(
                    4,
                    index -> {
                        reset.add(index);
                        return true;
                    });

    @Test
    void givesTheSameNameTheSameIndex() {
        int app = names.index("app");
        int web = names.index("web");

        assertThat(names.index("app")).isEqualTo(app).isNotEqualTo(web);
        assertThat(names.labels()).containsExactly("_none", "_other", "app", "web");
    }

    @Test
    void hidesARetiredNameUntilItComesBack() {
        int app = names.index("app");
        names.index("web");

        names.keepOnly(List.of("web"));
        assertThat(names.labels()).containsExactly("_none", "_other", null, "web");

        assertThat(names.index("app")).isEqualTo(app);
        assertThat(names.labels()).containsExactly("_none", "_other", "app", "web");
        assertThat(reset).isEmpty();
    }

    @Test
    void sharesOneIndexAmongNamesBeyondTheBound() {
        names.index("app");
        names.index("web");

        for (int i = 0; i < 100_000; i++) {
            assertThat(names.index("host-" + i)).isEqualTo(MetricNames.OTHER);
        }

        assertThat(names.labels()).hasSize(4);
    }

    @Test
    void givesAwayTheIndexLongestRetiredWhenAllAreTaken() {
        int app = names.index("app");
        int web = names.index("web");
        names.keepOnly(List.of("web"));
        names.keepOnly(List.of());

        assertThat(names.index("new")).isEqualTo(app);
        assertThat(names.index("newer")).isEqualTo(web);
        assertThat(names.index("app")).isEqualTo(MetricNames.OTHER);
        assertThat(reset).containsExactly(app, web);
        assertThat(names.labels()).containsExactly("_none", "_other", "new", "newer");
    }

    @Test
    void keepsAnIndexThatIsStillInUse() {
        MetricNames busy = new MetricNames(3, _ -> false);
        busy.index("app");
        busy.keepOnly(List.of());

        assertThat(busy.index("new")).isEqualTo(MetricNames.OTHER);
    }
}
