/** Tests of this room. */
@NullMarked
package dev.sallyport.config.guard.json;

import org.jspecify.annotations.NullMarked;
