/** Certificates of clients, towards the edge and from it, between real programs. */
@NullMarked
package dev.sallyport.core.mutual;

import org.jspecify.annotations.NullMarked;
