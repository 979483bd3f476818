/**
 * Routes from the labels of containers, as a guard tells of them.
 *
 * <p>Runs on: control threads; the reader of the feed has one of its own.
 *
 * <p>May touch: provider, guard.feed, guard.json, guard.tls, model, read, JDK sockets and files.
 *
 * <p>Start reading at: {@code DockerDiscovery}, then {@code Finder}.
 */
@NullMarked
package dev.sallyport.config.provider.docker;

import org.jspecify.annotations.NullMarked;
