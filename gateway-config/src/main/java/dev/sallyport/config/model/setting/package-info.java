/**
 * What a record says of its own components: key, documentation, default, range and shorthand.
 *
 * <p>Runs on: any thread (immutable values).
 *
 * <p>May touch: model.value, JDK reflection on records.
 *
 * <p>Start reading at: {@code Doc}, then {@code Setting}.
 */
@NullMarked
package dev.sallyport.config.model.setting;

import org.jspecify.annotations.NullMarked;
