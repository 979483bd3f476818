/**
 * The edge as a whole: gateway, configuration feed, certificates, logs and metrics, put together.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: everything.
 *
 * <p>Start reading at: {@code Edge}.
 */
@NullMarked
package dev.sallyport.core.boot.edge;

import org.jspecify.annotations.NullMarked;
