/**
 * Keeps each provider's last good fragment, merges, checks and publishes a {@code GatewayConfig}.
 *
 * <p>Runs on: control; one named virtual thread for each provider, ended by interrupt.
 *
 * <p>May touch: model and its rooms, check, provider.
 *
 * <p>Start reading at: {@code ConfigFeed}.
 */
@NullMarked
package dev.sallyport.config.feed;

import org.jspecify.annotations.NullMarked;
