package dev.sallyport.config.guard.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FeedLineTest {
    private static final Workload WEB =
            new Workload(
                    "c1",
                    "shop-web-1",
                    "web:1",
                    Workload.State.RUNNING,
                    Workload.Health.HEALTHY,
                    1_700_000_000L,
                    "shop",
                    "web",
                    List.of(8080, 9090),
                    List.of(new Attachment("shop_default", "n1", "e1", "172.18.0.2", "")),
                    Map.of("sallyport.host", "a \"quoted\"\nhost", "sallyport.port", "8080"),
                    "");

    @Test
    void readsWhatItWrote() throws IOException {
        var inventory = new Inventory(7, "Docker", List.of(WEB, WEB.in(Workload.State.STOPPING)));

        var line = FeedLine.write(inventory);

        assertThat(line).doesNotContain("\n");
        assertThat(FeedLine.read(line)).isEqualTo(inventory);
    }

    @Test
    void tellsASignOfLifeFromAnInventory() throws IOException {
        assertThat(FeedLine.read(FeedLine.ALIVE)).isNull();
    }

    @Test
    void passesOverWhatANewerGuardAdds() throws IOException {
        var line = "{\"feed\":1,\"new\":{\"a\":[1]},\"workloads\":[{\"id\":\"x\",\"more\":{}}]}";

        assertThat(FeedLine.read(line))
                .isNotNull()
                .satisfies(read -> assertThat(read.workloads()).hasSize(1));
    }

    @Test
    void refusesAnotherVersion() {
        assertThatThrownBy(() -> FeedLine.read("{\"feed\":2}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected: 1");
    }
}
