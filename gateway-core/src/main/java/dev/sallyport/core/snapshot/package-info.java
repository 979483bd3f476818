/**
 * From a configuration to what loops run on, keeping every leaf whose settings did not change.
 *
 * <p>Runs on: control threads; the published snapshot is read by loops.
 *
 * <p>May touch: config.model, match, http, loop, observe, exchange, filter, upstream, tls.
 *
 * <p>Start reading at: {@code SnapshotCompiler}.
 */
@NullMarked
package dev.sallyport.core.snapshot;

import org.jspecify.annotations.NullMarked;
