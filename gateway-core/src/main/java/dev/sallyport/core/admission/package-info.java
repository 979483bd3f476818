/**
 * Who may connect at all: what judges a client before there is a request, and counts of what is
 * open.
 *
 * <p>Runs on: loop.
 *
 * <p>May touch: config.model, rebuild.
 *
 * <p>Start reading at: {@code ConnectionFilter}.
 */
@NullMarked
package dev.sallyport.core.admission;

import org.jspecify.annotations.NullMarked;
