package dev.sallyport.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutflowTest {
    private final Outflow outflow = new Outflow();

    @Test
    void isEmptyWhileNothingWaits() {
        assertThat(outflow.look(0)).isEqualTo(Outflow.Flow.EMPTY);
        assertThat(outflow.look(0)).isEqualTo(Outflow.Flow.EMPTY);
    }

    @Test
    void isMovingAtTheFirstLookAndWheneverTheAmountChanged() {
        assertThat(outflow.look(10)).isEqualTo(Outflow.Flow.MOVING);
        assertThat(outflow.look(4)).isEqualTo(Outflow.Flow.MOVING);
        assertThat(outflow.look(9)).isEqualTo(Outflow.Flow.MOVING);
    }

    @Test
    void isStuckWhenAsMuchWaitsAsBefore() {
        outflow.look(10);

        assertThat(outflow.look(10)).isEqualTo(Outflow.Flow.STUCK);
    }

    @Test
    void forgetsWhatItSawForAnEarlierRequest() {
        outflow.look(10);
        outflow.reset();

        assertThat(outflow.look(10)).isEqualTo(Outflow.Flow.MOVING);
    }
}
