package dev.sallyport.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.upstream.LoopPool.Need;
import org.junit.jupiter.api.Test;

final class LoopPoolTest {
    private final Need need = new Need();

    private void serveSpan(int busy) {
        need.rise(busy);
        for (int i = 0; i < Need.SPAN; i++) {
            need.served(busy);
        }
    }

    @Test
    void needRisesAtOnce() {
        need.rise(3);
        need.rise(500);
        need.rise(20);

        assertThat(need.most()).isEqualTo(500);
    }

    @Test
    void peakOutlastsCalmerSpans() {
        need.rise(512);
        serveSpan(300);
        serveSpan(300);
        serveSpan(300);

        assertThat(need.most()).isBetween(512 - 3 * 8, 512);
    }

    @Test
    void needFadesToWhatIsBusy() {
        need.rise(512);
        for (int i = 0; i < 600; i++) {
            serveSpan(2);
        }

        assertThat(need.most()).isEqualTo(2);
    }
}
