/**
 * Upstreams and their endpoints: picking one, pools per loop, ways to connections; the wires
 * towards servers are in {@code h1} and {@code h2}.
 *
 * <p>Runs on: the event loop of the exchange; health and addresses come from control threads.
 *
 * <p>May touch: exchange, http, wire, tunnel, loop, observe, config.model, Netty channel.
 *
 * <p>Start reading at: {@code HttpUpstream}.
 */
@NullMarked
package dev.sallyport.core.upstream;

import org.jspecify.annotations.NullMarked;
