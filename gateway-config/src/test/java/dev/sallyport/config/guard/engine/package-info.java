/** Tests of this room. */
@NullMarked
package dev.sallyport.config.guard.engine;

import org.jspecify.annotations.NullMarked;
