/** Tests of reading files that are not as files should be. */
@NullMarked
package dev.sallyport.config.read;

import org.jspecify.annotations.NullMarked;
