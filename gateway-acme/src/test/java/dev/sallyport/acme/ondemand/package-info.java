/** Certificates on demand: each brake has a test that fails without it. */
@NullMarked
package dev.sallyport.acme.ondemand;

import org.jspecify.annotations.NullMarked;
