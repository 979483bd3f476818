/**
 * What a configuration can be written as: of each record its settings, of each setting its form.
 *
 * <p>Runs on: any thread (immutable values).
 *
 * <p>May touch: model.setting, model.value, JDK reflection on records.
 *
 * <p>Start reading at: {@code Setting}, then {@code Shape}.
 */
@NullMarked
package dev.sallyport.config.model.shape;

import org.jspecify.annotations.NullMarked;
