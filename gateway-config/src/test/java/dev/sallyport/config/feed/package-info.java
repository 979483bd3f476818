/** Tests of the feed. */
@NullMarked
package dev.sallyport.config.feed;

import org.jspecify.annotations.NullMarked;
