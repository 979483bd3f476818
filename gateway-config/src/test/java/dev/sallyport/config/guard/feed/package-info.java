/** Tests of this room. */
@NullMarked
package dev.sallyport.config.guard.feed;

import org.jspecify.annotations.NullMarked;
