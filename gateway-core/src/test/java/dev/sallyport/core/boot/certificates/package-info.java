/** Certificates obtained from a real authority, by whole edges. */
@NullMarked
package dev.sallyport.core.boot.certificates;

import org.jspecify.annotations.NullMarked;
