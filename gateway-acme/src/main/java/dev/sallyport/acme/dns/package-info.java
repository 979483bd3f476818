/**
 * Records of dns-01: who sets them, in which zone, and when they are seen.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: challenge, json, model, dnsjava.
 *
 * <p>Start reading at: {@code DnsSolver}.
 */
@NullMarked
package dev.sallyport.acme.dns;

import org.jspecify.annotations.NullMarked;
