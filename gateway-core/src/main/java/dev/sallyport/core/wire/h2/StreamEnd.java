package dev.sallyport.core.wire.h2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/** A stream that became one end of a tunnel, as its {@link StreamChannel} sees it. */
public interface StreamEnd {
    /** Gives what came, with ownership; null when nothing waits to be taken. */
    @Nullable ByteBuf take();

    /** Whether all that the peer sends has come and was taken. */
    boolean isInputEnded();

    /** Writes what may be written now of {@code data}, which stays the caller's; if it was all. */
    boolean write(ByteBuf data);

    void flush();

    /** Ends what is sent, behind all that was written; {@code ended} is told when that is so. */
    void endOutput(ChannelPromise ended);

    /** The channel is closed: nothing is taken or written any more. Told once. */
    void closed();
}
