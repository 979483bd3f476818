/**
 * What a record says of its own components: key, documentation, default, range and shorthand.
 *
 * <p>Runs on: any thread (annotations).
 *
 * <p>May touch: JDK.
 *
 * <p>Start reading at: {@code Doc}.
 */
@NullMarked
package dev.sallyport.config.model.setting;

import org.jspecify.annotations.NullMarked;
