/**
 * What a rule across records is, and what it reports to.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: model and its rooms.
 *
 * <p>Start reading at: {@code Rule}.
 */
@NullMarked
package dev.sallyport.config.check.rule;

import org.jspecify.annotations.NullMarked;
