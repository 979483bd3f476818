/** Tests of the file provider. */
@NullMarked
package dev.sallyport.config.provider.file;

import org.jspecify.annotations.NullMarked;
