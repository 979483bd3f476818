/** Tests of the address policy; the rules are tested by golden files. */
@NullMarked
package dev.sallyport.config.check;

import org.jspecify.annotations.NullMarked;
