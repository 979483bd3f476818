/**
 * Sources of configuration: what a {@code Provider} is, and how what they give becomes one.
 *
 * <p>Runs on: control threads; providers block.
 *
 * <p>May touch: model, read, JDK HTTP and sockets; one folder for each provider.
 *
 * <p>Start reading at: {@code Provider}.
 */
@NullMarked
package dev.sallyport.config.provider;

import org.jspecify.annotations.NullMarked;
