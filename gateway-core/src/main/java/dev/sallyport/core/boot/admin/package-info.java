/**
 * The door for the operator: a small strict HTTP server on a unix socket, and its client.
 *
 * <p>Runs on: control threads, a virtual one for each connection.
 *
 * <p>May touch: JDK; for TLS at its address also config.model, acme.certificate, acme.trust,
 * core.rebuild and core.tls, of which a client of the socket loads nothing.
 *
 * <p>Start reading at: {@code AdminServer}.
 */
@NullMarked
package dev.sallyport.core.boot.admin;

import org.jspecify.annotations.NullMarked;
