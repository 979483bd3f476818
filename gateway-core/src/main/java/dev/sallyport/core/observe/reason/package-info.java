/**
 * Why connections and handshakes ended and requests failed, in the words of metrics and logs.
 *
 * <p>Runs on: any thread; immutable.
 *
 * <p>May touch: JDK.
 *
 * <p>Start reading at: {@code UpstreamFailure}.
 */
@NullMarked
package dev.sallyport.core.observe.reason;

import org.jspecify.annotations.NullMarked;
