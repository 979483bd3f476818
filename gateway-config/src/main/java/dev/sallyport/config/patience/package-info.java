/**
 * How long somebody is waited for: limits that close what blocks, and pauses between attempts.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: JDK.
 *
 * <p>Start reading at: {@code TimeLimit}.
 */
@NullMarked
package dev.sallyport.config.patience;

import org.jspecify.annotations.NullMarked;
