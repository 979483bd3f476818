package dev.sallyport.core.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * A connection that left its wire to become one end of a tunnel: its pipeline deals in bytes.
 *
 * @param first what was read beyond the wire's last message, not yet delivered; owned by whoever
 *     holds this, null when nothing was
 */
public record Mouth(Channel channel, @Nullable ByteBuf first) {}
