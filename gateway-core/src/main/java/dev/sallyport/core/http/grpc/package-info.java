/**
 * What gRPC writes into the fields of HTTP: which requests are calls, how long they may take, how
 * they ended.
 *
 * <p>Runs on: any; the data path is one event loop.
 *
 * <p>May touch: http.
 *
 * <p>Start reading at: {@code GrpcFields}.
 */
@NullMarked
package dev.sallyport.core.http.grpc;

import org.jspecify.annotations.NullMarked;
