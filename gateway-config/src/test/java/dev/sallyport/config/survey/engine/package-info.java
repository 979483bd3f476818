@NullMarked
package dev.sallyport.config.survey.engine;

import org.jspecify.annotations.NullMarked;
