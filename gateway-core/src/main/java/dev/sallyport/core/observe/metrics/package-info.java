/**
 * The counters of the edge: plain numbers per loop with one writer each, summed when somebody asks.
 *
 * <p>Runs on: event loops in {@code LoopMetrics}; everything else on control threads.
 *
 * <p>May touch: JDK, Netty buffer, the Prometheus model and its text formats.
 *
 * <p>Start reading at: {@code LoopMetrics}.
 */
@NullMarked
package dev.sallyport.core.observe.metrics;

import org.jspecify.annotations.NullMarked;
