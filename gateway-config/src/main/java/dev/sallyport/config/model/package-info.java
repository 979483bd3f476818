/**
 * Records of what an operator may ask for: defaults filled in, references by name.
 *
 * <p>Runs on: any thread (immutable values).
 *
 * <p>May touch: model.setting, model.value, JDK.
 *
 * <p>Start reading at: {@code GatewayConfig}.
 */
@NullMarked
package dev.sallyport.config.model;

import org.jspecify.annotations.NullMarked;
