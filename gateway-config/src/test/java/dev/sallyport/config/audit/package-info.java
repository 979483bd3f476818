@NullMarked
package dev.sallyport.config.audit;

import org.jspecify.annotations.NullMarked;
