/** Tests of the configuration as a whole: golden files and round trips. */
@NullMarked
package dev.sallyport.config;

import org.jspecify.annotations.NullMarked;
