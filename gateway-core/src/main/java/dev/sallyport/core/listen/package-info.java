/**
 * Listening: binding, accept limits, the choice of protocol, and dispatch to routes.
 *
 * <p>Runs on: loops; binding and draining on control threads.
 *
 * <p>May touch: snapshot, relay, downstream, tls, tunnel, match and the floors below.
 *
 * <p>Start reading at: {@code Listeners}.
 */
@NullMarked
package dev.sallyport.core.listen;

import org.jspecify.annotations.NullMarked;
