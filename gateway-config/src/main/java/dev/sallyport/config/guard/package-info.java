/**
 * The process beside the engine's socket. It alone holds that socket; what it tells of it is a
 * scrubbed feed of its own.
 *
 * <p>Runs on: control threads of the guard, a process of its own; it blocks.
 *
 * <p>May touch: guard.engine, guard.feed, guard.json, guard.tls, JDK sockets. No Netty, no YAML:
 * the process is to stay small.
 *
 * <p>Start reading at: {@code Guard}.
 */
@NullMarked
package dev.sallyport.config.guard;

import org.jspecify.annotations.NullMarked;
