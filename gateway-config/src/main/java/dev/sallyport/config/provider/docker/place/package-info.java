/**
 * Which networks this process is on.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: model, JDK sockets.
 *
 * <p>Start reading at: {@code OwnNetworks}.
 */
@NullMarked
package dev.sallyport.config.provider.docker.place;

import org.jspecify.annotations.NullMarked;
