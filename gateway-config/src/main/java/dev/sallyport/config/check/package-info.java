/**
 * Rules across records: names exist, listeners do not collide, nothing is unreachable; the policy
 * for addresses of endpoints.
 *
 * <p>Runs on: control threads (files named by settings are looked at); {@code AddressPolicy} on
 * any.
 *
 * <p>May touch: model and its rooms, JDK files and certificates.
 *
 * <p>Start reading at: {@code ConfigCheck}.
 */
@NullMarked
package dev.sallyport.config.check;

import org.jspecify.annotations.NullMarked;
