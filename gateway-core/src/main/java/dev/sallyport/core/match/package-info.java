/**
 * Which route a request belongs to: hosts, paths and further conditions, generic over what a route
 * carries.
 *
 * <p>Runs on: any thread; tables are immutable, look-ups neither block nor allocate (a regular
 * expression that has to be run is the one exception).
 *
 * <p>May touch: the JDK, and re2j for regular expressions.
 *
 * <p>Start reading at: {@code RouteTable}.
 */
@NullMarked
package dev.sallyport.core.match;

import org.jspecify.annotations.NullMarked;
