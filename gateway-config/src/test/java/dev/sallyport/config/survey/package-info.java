@NullMarked
package dev.sallyport.config.survey;

import org.jspecify.annotations.NullMarked;
