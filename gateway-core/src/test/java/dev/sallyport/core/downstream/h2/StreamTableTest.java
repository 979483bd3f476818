package dev.sallyport.core.downstream.h2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StreamTableTest {
    private static final int REMEMBERED = 128;

    private final StreamTable table = new StreamTable();

    @Test
    void remembersTheLastStreamsHoweverManyEnded() {
        int last = 0;
        for (int ended = 1; ended <= 3 * REMEMBERED; ended++) {
            last = 2 * ended - 1;
            table.begun(last);
            table.remove(last, false);

            int oldest = Math.max(1, last - 2 * (REMEMBERED - 1));
            for (int id = oldest; id <= last; id += 2) {
                assertThat(table.hasEnded(id)).as("%d after %d", id, last).isTrue();
            }
            assertThat(table.hasEnded(oldest - 2)).isFalse();
        }
        assertThat(table.past(last)).isEqualTo(StreamTable.Past.ENDED);
        assertThat(table.past(last + 2)).isEqualTo(StreamTable.Past.IDLE);
    }

    @Test
    void remembersWhatWasResetHere() {
        for (int id = 1; id < 2 * 20; id += 2) {
            table.begun(id);
            table.remove(id, true);
        }

        assertThat(table.past(1)).isEqualTo(StreamTable.Past.RESET_HERE);
        assertThat(table.past(39)).isEqualTo(StreamTable.Past.RESET_HERE);
    }
}
