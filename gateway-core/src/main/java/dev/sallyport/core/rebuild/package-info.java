/**
 * What each side gets to see: heads rebuilt field by field, who asked, and the edge's own answers.
 *
 * <p>Runs on: the event loop of the exchange; answers and redirects are made by control threads.
 *
 * <p>May touch: http, observe, config.model.
 *
 * <p>Start reading at: {@code RequestHygiene}.
 */
@NullMarked
package dev.sallyport.core.rebuild;

import org.jspecify.annotations.NullMarked;
