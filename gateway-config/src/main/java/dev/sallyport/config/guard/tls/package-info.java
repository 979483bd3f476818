/**
 * TLS between guard, engine and edge: both sides known by certificates, nothing else trusted.
 *
 * <p>Runs on: control threads, of the guard and of the edge; it blocks.
 *
 * <p>May touch: JDK TLS and files.
 *
 * <p>Start reading at: {@code MutualTls}.
 */
@NullMarked
package dev.sallyport.config.guard.tls;

import org.jspecify.annotations.NullMarked;
