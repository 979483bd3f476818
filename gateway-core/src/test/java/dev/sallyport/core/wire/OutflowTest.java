package dev.sallyport.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutflowTest {
    private final Outflow outflow = new Outflow();

    @Test
    void isEmptyWhileNothingWaits() {
        assertThat(outflow.look(0, 0, 0)).isEqualTo(Outflow.Flow.EMPTY);
        assertThat(outflow.look(0, 0, 50)).isEqualTo(Outflow.Flow.EMPTY);
        assertThat(outflow.hasMoved()).isTrue();
        assertThat(outflow.look(0, 0, 50)).isEqualTo(Outflow.Flow.EMPTY);
        assertThat(outflow.hasMoved()).isFalse();
    }

    @Test
    void isMovingAtTheFirstLookAndWheneverBytesLeft() {
        assertThat(outflow.look(10, 0, 10)).isEqualTo(Outflow.Flow.MOVING);
        assertThat(outflow.look(4, 0, 10)).isEqualTo(Outflow.Flow.MOVING);
        assertThat(outflow.look(4, 3, 10)).isEqualTo(Outflow.Flow.MOVING);
    }

    @Test
    void isMovingWhileAsMuchWaitsInSteadyStream() {
        outflow.look(10, 0, 10);

        assertThat(outflow.look(10, 0, 500)).isEqualTo(Outflow.Flow.MOVING);
    }

    @Test
    void isStuckWhenNothingLeftHoweverMuchWasAdded() {
        outflow.look(10, 2, 20);

        assertThat(outflow.look(10, 2, 20)).isEqualTo(Outflow.Flow.STUCK);
        assertThat(outflow.look(30, 2, 40)).isEqualTo(Outflow.Flow.STUCK);
    }

    @Test
    void forgetsWhatItSawForAnEarlierRequest() {
        outflow.look(10, 0, 10);
        outflow.reset();

        assertThat(outflow.look(10, 0, 10)).isEqualTo(Outflow.Flow.MOVING);
    }
}
