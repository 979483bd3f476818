/**
 * What the guard tells an edge: the form of the feed and its lines.
 *
 * <p>Runs on: control threads, of the guard and of the edge.
 *
 * <p>May touch: guard.json, JDK.
 *
 * <p>Start reading at: {@code Inventory}, then {@code FeedLine}.
 */
@NullMarked
package dev.sallyport.config.guard.feed;

import org.jspecify.annotations.NullMarked;
