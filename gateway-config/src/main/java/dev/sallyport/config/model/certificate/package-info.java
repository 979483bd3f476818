/**
 * Which certificates are obtained only once a client asks for them.
 *
 * <p>Runs on: any thread (immutable values).
 *
 * <p>May touch: model.setting, model.value, JDK.
 *
 * <p>Start reading at: {@code OnDemand}.
 */
@NullMarked
package dev.sallyport.config.model.certificate;

import org.jspecify.annotations.NullMarked;
