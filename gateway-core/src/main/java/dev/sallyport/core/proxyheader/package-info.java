/**
 * The PROXY protocol, versions 1 and 2: who a client is, told by a proxy in front of the edge, and
 * told to a server behind it.
 *
 * <p>Runs on: loop.
 *
 * <p>May touch: loop, Netty buffer and channel.
 *
 * <p>Start reading at: {@code ProxyHeader}.
 */
@NullMarked
package dev.sallyport.core.proxyheader;

import org.jspecify.annotations.NullMarked;
