/** Tests of values. */
@NullMarked
package dev.sallyport.config.model.value;

import org.jspecify.annotations.NullMarked;
