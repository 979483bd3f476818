/**
 * The engine as the guard sees it: the few calls that may be made, and what is kept of the answers.
 *
 * <p>Runs on: control threads of the guard; it blocks.
 *
 * <p>May touch: guard.feed, guard.json, guard.tls, JDK sockets.
 *
 * <p>Start reading at: {@code EngineCall}, then {@code Engine}.
 */
@NullMarked
package dev.sallyport.config.guard.engine;

import org.jspecify.annotations.NullMarked;
