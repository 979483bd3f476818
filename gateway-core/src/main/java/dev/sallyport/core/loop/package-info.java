/**
 * Which engine moves bytes, and what one event loop owns.
 *
 * <p>Runs on: loop; {@code Loops} and {@code Watchdog} on control threads.
 *
 * <p>May touch: Netty channel, Netty transports.
 *
 * <p>Start reading at: {@code Loops}.
 */
@NullMarked
package dev.sallyport.core.loop;

import org.jspecify.annotations.NullMarked;
