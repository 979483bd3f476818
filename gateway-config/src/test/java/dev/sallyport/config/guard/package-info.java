/** Tests of this room. */
@NullMarked
package dev.sallyport.config.guard;

import org.jspecify.annotations.NullMarked;
