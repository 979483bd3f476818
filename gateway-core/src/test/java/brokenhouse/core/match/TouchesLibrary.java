package brokenhouse.core.match;

import io.netty.channel.Channel;

/** A room that knows no Netty, holding a channel. */
record TouchesLibrary(Channel channel) {}
