/**
 * What both HTTP/1.1 wires do alike: write messages in few writes, read bodies, notice a stall.
 *
 * <p>Runs on: the event loop of the connection.
 *
 * <p>May touch: http, Netty channel.
 *
 * <p>Start reading at: {@code MessageOutput}.
 */
@NullMarked
package dev.sallyport.core.wire;

import org.jspecify.annotations.NullMarked;
