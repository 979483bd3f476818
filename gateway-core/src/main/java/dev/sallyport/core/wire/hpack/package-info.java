/**
 * Header compression of HTTP/2 (RFC 7541), straight from and into the tables of {@code http}.
 *
 * <p>Runs on: the event loop of the connection.
 *
 * <p>May touch: http.
 *
 * <p>Start reading at: {@code HpackDecoder}, {@code HpackEncoder}.
 */
@NullMarked
package dev.sallyport.core.wire.hpack;

import org.jspecify.annotations.NullMarked;
