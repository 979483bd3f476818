package dev.sallyport.core.observe.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String GOOD = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final TraceContext context = new TraceContext();

    @Test
    void readsATraceparent() {
        assertThat(parse(GOOD)).isTrue();

        assertThat(context.isPresent()).isTrue();
        assertThat(context.traceHigh()).isEqualTo(0x4bf92f3577b34da6L);
        assertThat(context.traceLow()).isEqualTo(0xa3ce929d0e0e4736L);
        assertThat(context.parentSpanId()).isEqualTo(0x00f067aa0ba902b7L);
        assertThat(context.isSampled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-what-comes-later"
            })
    void readsOneThatIsNotSampledOrOfALaterVersion(String value) {
        assertThat(parse(value)).isTrue();
        assertThat(context.isSampled()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473z-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
                "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902\u00e97-01"
            })
    void refusesAnythingElse(String value) {
        parse(GOOD);

        assertThat(parse(value)).isFalse();
        assertThat(context.isPresent()).isFalse();
        assertThat(context.isSampled()).isFalse();
    }

    @Test
    void writesWhatItReadWithItsOwnSpanAndTheFlagsItKnows() {
        parse("05-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff-later");

        assertThat(written(0x0123456789abcdefL))
                .isEqualTo("00-4bf92f3577b34da6a3ce929d0e0e4736-0123456789abcdef-03");
    }

    @Test
    void beginsATraceThatAnotherCanRead() {
        TraceIds ids = new TraceIds(new SplittableRandom(1), 1);
        ids.start(context);
        long high = context.traceHigh();

        assertThat(context.parentSpanId()).isZero();
        assertThat(parse(written(ids.next()))).isTrue();
        assertThat(context.traceHigh()).isEqualTo(high);
        assertThat(context.isSampled()).isTrue();
    }

    @Test
    void samplesTheRatioAskedFor() {
        assertThat(sampled(0)).isZero();
        assertThat(sampled(1)).isEqualTo(10_000);
        assertThat(sampled(0.1)).isBetween(900, 1100);
    }

    @Test
    void refusesARatioOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TraceIds(new SplittableRandom(1), 1.5))
                .withMessage("sample: 1.5 (expected: 0..1)");
    }

    private int sampled(double ratio) {
        TraceIds ids = new TraceIds(new SplittableRandom(42), ratio);
        int count = 0;
        for (int i = 0; i < 10_000; i++) {
            ids.start(context);
            if (context.isSampled()) {
                count++;
            }
        }
        return count;
    }

    private boolean parse(String value) {
        byte[] bytes = ("x" + value + "y").getBytes(StandardCharsets.ISO_8859_1);
        return context.parse(bytes, 1, value.length());
    }

    private String written(long span) {
        byte[] target = new byte[TraceContext.LENGTH + 2];
        context.write(target, 1, span);
        return new String(target, 1, TraceContext.LENGTH, StandardCharsets.US_ASCII);
    }
}
