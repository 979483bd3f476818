package dev.sallyport.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {
    private static final long MILLI = 1_000_000;

    private final HandClock clock = new HandClock();
    private final List<String> expired = new ArrayList<>();

    private Deadline named(String name) {
        return clock.loop.deadline(() -> expired.add(name));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 99, 100, 101, 250, 51_199, 51_200, 51_201, 120_000, 3_600_000})
    void expiresNotEarlyAndAtMostTwoTicksLate(long millis) {
        Deadline deadline = named("it");
        clock.advance(37 * MILLI);
        deadline.set(millis * MILLI);
        clock.live(Math.max(0, millis * MILLI - 1), 30 * MILLI);

        assertThat(expired).isEmpty();

        clock.live(200 * MILLI, 30 * MILLI);

        assertThat(expired).containsExactly("it");
        assertThat(deadline.isSet()).isFalse();
    }

    @Test
    void settingLaterLeavesItWhereItHangsAndStillExpiresOnTime() {
        Deadline deadline = named("it");
        deadline.set(500 * MILLI);
        for (int i = 0; i < 40; i++) {
            clock.advance(100 * MILLI);
            deadline.set(500 * MILLI);
            assertThat(clock.loop.wheel().size()).isEqualTo(1);
        }

        clock.advance(499 * MILLI);
        assertThat(expired).isEmpty();
        clock.advance(201 * MILLI);
        assertThat(expired).containsExactly("it");
    }

    @Test
    void settingEarlierExpiresEarlier() {
        Deadline deadline = named("it");
        deadline.set(Duration.ofHours(1).toNanos());
        deadline.set(300 * MILLI);

        clock.live(500 * MILLI, 50 * MILLI);

        assertThat(expired).containsExactly("it");
    }

    @Test
    void clearedDeadlineDoesNotExpireAndLeavesWhenPassed() {
        Deadline deadline = named("it");
        deadline.set(300 * MILLI);
        deadline.clear();
        assertThat(clock.loop.wheel().size()).isEqualTo(1);

        clock.live(1000 * MILLI, 100 * MILLI);

        assertThat(expired).isEmpty();
        assertThat(clock.loop.wheel().size()).isZero();
    }

    @Test
    void releasedDeadlineLeavesAtOnce() {
        Deadline deadline = named("it");
        deadline.set(Duration.ofHours(1).toNanos());
        deadline.release();

        assertThat(clock.loop.wheel().size()).isZero();
    }

    @Test
    void emptyWheelHasNoTimer() {
        Deadline deadline = named("it");
        deadline.set(100 * MILLI);
        clock.live(400 * MILLI, 100 * MILLI);

        assertThat(expired).containsExactly("it");
        assertThat(clock.channel.hasPendingTasks()).isFalse();
    }

    @Test
    void loopBlockedForLongExpiresEverythingOnce() {
        for (int i = 0; i < 1000; i++) {
            named("d" + i).set(i * 200L * MILLI);
        }

        clock.advance(Duration.ofMinutes(10).toNanos());

        assertThat(expired).hasSize(1000).doesNotHaveDuplicates();
    }

    @Test
    void callbackMaySetItselfAgainAndReleaseOthers() {
        Deadline victim = named("victim");
        Deadline[] self = new Deadline[1];
        self[0] =
                clock.loop.deadline(() -> {
                    expired.add("self");
                    victim.release();
                    self[0].set(100 * MILLI);
                });
        self[0].set(100 * MILLI);
        victim.set(100 * MILLI);

        clock.live(1000 * MILLI, 100 * MILLI);

        assertThat(expired).doesNotContain("victim").hasSizeBetween(4, 10);
    }

    @Test
    void throwingCallbackCostsNoOtherDeadline() {
        clock.loop
                .deadline(() -> {
                    throw new IllegalStateException("a bug");
                })
                .set(100 * MILLI);
        named("other").set(100 * MILLI);

        clock.advance(200 * MILLI);
        clock.advance(100 * MILLI);

        assertThat(expired).containsExactly("other");
    }

    @Test
    void behavesLikeTheNaiveModel() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int count = 40;
        long[] model = new long[count];
        boolean[] set = new boolean[count];
        Deadline[] deadlines = new Deadline[count];
        for (int i = 0; i < count; i++) {
            int me = i;
            deadlines[i] =
                    clock.loop.deadline(() -> {
                        long late = clock.getAsLong() - model[me];
                        assertThat(set[me]).as("set, seed %s", seed).isTrue();
                        assertThat(late).as("late, seed %s", seed).isNotNegative();
                        set[me] = false;
                    });
        }
        for (int step = 0; step < 20_000; step++) {
            int i = random.nextInt(count);
            long delay = (long) (Math.pow(random.nextDouble(), 6) * 200_000 * MILLI);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    model[i] = clock.getAsLong() + delay;
                    set[i] = true;
                    deadlines[i].setAt(model[i]);
                }
                case 2 -> {
                    set[i] = false;
                    if (random.nextBoolean()) {
                        deadlines[i].clear();
                    } else {
                        deadlines[i].release();
                    }
                }
                default -> clock.advance(random.nextLong(90 * MILLI));
            }
            for (int k = 0; k < count; k++) {
                assertThat(deadlines[k].isSet()).as("seed %s", seed).isEqualTo(set[k]);
                if (set[k]) {
                    assertThat(clock.getAsLong() - model[k])
                            .as("late, seed %s", seed)
                            .isLessThan(200 * MILLI);
                }
            }
        }
        clock.channel.checkException();
    }

    @Test
    void refusesNothingHoweverFarAway() {
        Deadline deadline = named("it");
        deadline.set(Long.MAX_VALUE);
        clock.live(Duration.ofMinutes(5).toNanos(), 1000 * MILLI);

        assertThat(expired).isEmpty();
        assertThat(deadline.isSet()).isTrue();
    }

    @Test
    void refusesAnEventLoopThatIsNotItsOwn() {
        try (Loops loops = Loops.start(new TransportChoice(Transport.NIO, "test"), 1)) {
            assertThatThrownBy(() -> loops.of(clock.channel.eventLoop()))
                    .hasMessageContaining("expected: one of these loops");
        }
    }
}
