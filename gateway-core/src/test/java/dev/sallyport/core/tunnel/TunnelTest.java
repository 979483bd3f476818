package dev.sallyport.core.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.loop.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TunnelTest {
    private static final Duration IDLE = Duration.ofMinutes(10);

    private final EmbeddedChannel downstream = new EmbeddedChannel();
    private final EmbeddedChannel upstream = new EmbeddedChannel();
    private final List<String> ends = new ArrayList<>();
    private long now;
    private final Loop loop = Loop.over(0, downstream.eventLoop(), () -> now, Clock.systemUTC());

    @AfterEach
    void releaseAll() {
        downstream.finishAndReleaseAll();
        upstream.finishAndReleaseAll();
    }

    @Test
    void carriesBytesBothWaysAndCountsThem() {
        Tunnel tunnel = open(null, null);

        downstream.writeInbound(bytes("hello"));
        upstream.writeInbound(bytes("hi"));

        assertThat(text(upstream)).isEqualTo("hello");
        assertThat(text(downstream)).isEqualTo("hi");
        assertThat(tunnel.up()).isEqualTo(5);
        assertThat(tunnel.down()).isEqualTo(2);
    }

    @Test
    void deliversWhatWasReadBefore() {
        open(bytes("first up"), bytes("first down"));

        assertThat(text(upstream)).isEqualTo("first up");
        assertThat(text(downstream)).isEqualTo("first down");
    }

    @Test
    void readsOnlyWhileTheOtherSideHasRoom() {
        open(null, null);
        setWritable(downstream, false);

        assertThat(upstream.config().isAutoRead()).isFalse();
        assertThat(downstream.config().isAutoRead()).isTrue();

        setWritable(downstream, true);

        assertThat(upstream.config().isAutoRead()).isTrue();
    }

    @Test
    void doesNotBeginToReadWhenTheOtherSideIsFull() {
        setWritable(upstream, false);
        open(null, null);

        assertThat(downstream.config().isAutoRead()).isFalse();
    }

    @Test
    void endsWhenBothSidesHaveEnded() {
        open(null, null);
        downstream.writeInbound(bytes("abc"));
        downstream.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        assertThat(ends).isEmpty();

        upstream.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        assertThat(ends).containsExactly("3 0 finished");
        assertThat(downstream.isOpen()).isFalse();
        assertThat(upstream.isOpen()).isFalse();
    }

    @Test
    void endsOnceWhenIdle() {
        open(null, null);
        pass(IDLE.minusSeconds(1));
        downstream.writeInbound(bytes("x"));
        pass(IDLE.minusSeconds(1));
        assertThat(ends).isEmpty();

        pass(Duration.ofSeconds(2));
        downstream.close();

        assertThat(ends).containsExactly("1 0 idle");
    }

    @Test
    void halfClosedTunnelHasLessPatience() {
        open(null, null);
        downstream.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        pass(Duration.ofSeconds(Tunnel.HALF_CLOSED_SECONDS + 1));

        assertThat(ends).containsExactly("0 0 idle");
    }

    @Test
    void resetOfOneSideClosesTheOther() {
        open(null, null);
        upstream.writeInbound(bytes("last words"));
        upstream.pipeline().fireExceptionCaught(new IOException("connection reset"));

        assertThat(text(downstream)).isEqualTo("last words");
        assertThat(ends).containsExactly("0 10 reset");
        assertThat(downstream.isOpen()).isFalse();
        assertThat(upstream.isOpen()).isFalse();
    }

    @Test
    void sideThatIsGoneAlreadyEndsTheTunnelAtOnce() {
        upstream.close();
        open(bytes("lost"), null);

        assertThat(ends).containsExactly("4 0 reset");
        assertThat(downstream.isOpen()).isFalse();
    }

    @Test
    void closedByTheEdgeIsToldOnce() {
        Tunnel tunnel = open(null, null);
        tunnel.close();
        tunnel.close();

        assertThat(ends).containsExactly("0 0 closed");
        assertThat(loop.wheel().size()).isZero();
    }

    @Test
    void bytesAfterTheEndOfASideAreReleased() {
        open(null, null);
        downstream.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        ByteBuf late = bytes("late");
        downstream.pipeline().fireChannelRead(late);

        assertThat(late.refCnt()).isZero();
    }

    private Tunnel open(@Nullable ByteBuf downstreamBytes, @Nullable ByteBuf upstreamBytes) {
        return Tunnel.open(
                loop,
                new Mouth(downstream, downstreamBytes),
                new Mouth(upstream, upstreamBytes),
                IDLE.toNanos(),
                (up, down, ending) -> ends.add(up + " " + down + " " + ending.word()));
    }

    private void pass(Duration time) {
        now += time.toNanos();
        loop.wheel().turn();
    }

    private static void setWritable(EmbeddedChannel channel, boolean writable) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
        channel.runPendingTasks();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private static String text(EmbeddedChannel channel) {
        StringBuilder text = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            text.append(out.toString(StandardCharsets.US_ASCII));
            out.release();
        }
        return text.toString();
    }
}
