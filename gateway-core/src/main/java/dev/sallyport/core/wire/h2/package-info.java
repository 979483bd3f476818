/**
 * Frames of HTTP/2 and what they are written with, whatever side writes them (RFC 9113 4 to 7).
 *
 * <p>Runs on: the event loop of the connection.
 *
 * <p>May touch: wire.hpack, Netty channel.
 *
 * <p>Start reading at: {@code FrameWriter}.
 */
@NullMarked
package dev.sallyport.core.wire.h2;

import org.jspecify.annotations.NullMarked;
