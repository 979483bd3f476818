/**
 * What an audit looks at, wherever it was seen: services, their ports and networks, an engine.
 *
 * <p>Runs on: any thread (immutable values).
 *
 * <p>May touch: model and its rooms.
 *
 * <p>Start reading at: {@code Estate}.
 */
@NullMarked
package dev.sallyport.config.audit.seen;

import org.jspecify.annotations.NullMarked;
