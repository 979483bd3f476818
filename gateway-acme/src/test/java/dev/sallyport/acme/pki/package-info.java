/** The private authority, judged by openssl. */
@NullMarked
package dev.sallyport.acme.pki;

import org.jspecify.annotations.NullMarked;
