/** Tests of this room. */
@NullMarked
package dev.sallyport.config.provider.docker;

import org.jspecify.annotations.NullMarked;
