package dev.sallyport.core.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CounterTableTest {
    private final CounterTable table = new CounterTable(2);

    @Test
    void growsWithTheIndices() {
        table.add(0, 0, 1);
        table.add(1000, 1, 5);
        table.add(0, 0, 2);

        assertThat(sum(0)).containsExactly(3, 0);
        assertThat(sum(1000)).containsExactly(0, 5);
        assertThat(sum(999)).containsExactly(0, 0);
        assertThat(sum(1_000_000)).containsExactly(0, 0);
    }

    @Test
    void losesNoCountAndNeverGoesBackUnderAReader() throws InterruptedException {
        int counts = 2_000_000;
        Thread loop =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; i < counts; i++) {
                                table.add(7, 0, 1);
                                // Makes the table grow while it is read.
                                table.add(i >>> 8, 1, 1);
                            }
                        });

        long seen = 0;
        boolean back = false;
        while (loop.isAlive()) {
            long now = sum(7)[0];
            back |= now < seen;
            seen = now;
        }
        loop.join();

        assertThat(back).isFalse();
        assertThat(sum(7)[0]).isEqualTo(counts);
        assertThat(sum(100)[1]).isEqualTo(256);
    }

    private long[] sum(int index) {
        long[] totals = new long[2];
        table.sum(index, totals);
        return totals;
    }
}
