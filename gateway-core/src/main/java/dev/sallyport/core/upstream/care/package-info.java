/**
 * What control threads do for upstreams: resolve the names of their endpoints, judge every answer,
 * and check the endpoints' health.
 *
 * <p>Runs on: virtual threads, one for each name and address family and one for each endpoint that
 * is checked; ended by interrupt.
 *
 * <p>May touch: upstream, wire, http, loop, config.model, config.check, dnsjava, Netty's unix
 * socket addresses, JDK sockets and files.
 *
 * <p>Start reading at: {@code UpstreamCare}.
 */
@NullMarked
package dev.sallyport.core.upstream.care;

import org.jspecify.annotations.NullMarked;
