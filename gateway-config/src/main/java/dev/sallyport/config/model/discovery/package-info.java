/**
 * Where routes come from beside the files, and what others may claim.
 *
 * <p>Runs on: any thread (immutable values).
 *
 * <p>May touch: model.setting, model.value, JDK.
 *
 * <p>Start reading at: {@code Providers}.
 */
@NullMarked
package dev.sallyport.config.model.discovery;

import org.jspecify.annotations.NullMarked;
