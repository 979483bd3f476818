/**
 * The verbs that ask a running edge by its admin socket.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: everything; {@code Health} touches JDK and admin alone.
 *
 * <p>Start reading at: {@code RunningEdge}, then {@code Status}.
 */
@NullMarked
package dev.sallyport.core.boot.ask;

import org.jspecify.annotations.NullMarked;
